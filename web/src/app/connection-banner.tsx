import { Box, Group, Loader } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { meQuery } from "@/api/me";
import { useConnection } from "./connection";
import classes from "./connection-banner.module.css";

const interval = 4000;

/** Says that the server does not answer, asks it again and again, and then has everything shown read anew. */
export function ConnectionBanner() {
  const { t } = useTranslation();
  const state = useConnection();
  const queryClient = useQueryClient();
  const down = state !== "ok";

  useEffect(() => {
    if (!down) return;
    const timer = setInterval(async () => {
      try {
        await queryClient.fetchQuery({ ...meQuery, staleTime: 0, retry: false });
        await queryClient.invalidateQueries();
      } catch {
        // Still down, or signed out; either is shown.
      }
    }, interval);
    return () => clearInterval(timer);
  }, [down, queryClient]);

  return (
    <Box role="status" aria-live="polite">
      {down && (
        <Group className={classes.banner} gap="xs" justify="center" wrap="nowrap">
          <Loader size="xs" color="currentColor" aria-hidden />
          {t(`connection.${state}`)}
        </Group>
      )}
    </Box>
  );
}
