import { Box, Group, Loader } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useConnection } from "./connection";
import classes from "./connection-banner.module.css";
import { useReturn } from "./use-return";

/** Says that the server does not answer, asks it again and again, and then has everything shown read anew. */
export function ConnectionBanner() {
  const { t } = useTranslation();
  const state = useConnection();
  const queryClient = useQueryClient();
  const away = state !== "ok";
  useReturn(away, () => void queryClient.invalidateQueries());

  return (
    <Box role="status" aria-live="polite">
      {away && (
        <Group className={classes.banner} gap="xs" justify="center" wrap="nowrap">
          <Loader size="xs" color="currentColor" aria-hidden />
          {t(`connection.${state}`)}
        </Group>
      )}
    </Box>
  );
}
