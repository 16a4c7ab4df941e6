import { Button, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { newIdempotencyKey } from "@/api/idempotency";
import { ErrorAlert } from "@/ui/error-alert";
import { SecretModal } from "./secret-modal";
import { useDuplicate } from "./use-token-changes";

/** Makes a token with the same settings, and shows its secret. */
export function DuplicateDialog({ token, onClose }: { token: Schema["Token"]; onClose: () => void }) {
  const { t } = useTranslation(["actions", "common"]);
  const [key] = useState(newIdempotencyKey);
  const duplicate = useDuplicate(token.id, key);
  const issued = duplicate.data;
  return (
    <SecretModal
      title={issued ? t("secretOf", { name: issued.name }) : t("duplicate.title", { name: token.name })}
      onClose={onClose}
      issued={issued}
      pending={duplicate.isPending}
    >
      <Stack>
        <Text size="sm">{t("duplicate.text")}</Text>
        {duplicate.error && <ErrorAlert error={duplicate.error} fields />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} disabled={duplicate.isPending}>
            {t("common:action.cancel")}
          </Button>
          <Button data-autofocus onClick={() => duplicate.mutate()} loading={duplicate.isPending}>
            {t("duplicate.action")}
          </Button>
        </Group>
      </Stack>
    </SecretModal>
  );
}
