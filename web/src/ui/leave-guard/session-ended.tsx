import { Alert, Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { ExternalLink } from "lucide-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { consolePath } from "@/api/base";
import { api, caller, unwrap } from "@/api/client";
import { useMe } from "@/api/me";
import { unsaved } from "./unsaved";

/** Lies over a page whose session has ended, until somebody has signed in again in another tab. */
export function SessionEnded() {
  const { t } = useTranslation("form");
  const me = useMe();
  const check = useMutation({
    mutationFn: async () => {
      const who = unwrap(await api.GET("/whoami"));
      if (who.member_id !== me.member_id || who.name !== me.name) return false;
      caller.operator = who.operator;
      caller.home = who.account_id;
      return true;
    },
    onSuccess: (same) => same && unsaved.sessionBack(),
    gcTime: 0,
  });
  const { mutate } = check;

  useEffect(() => {
    const look = () => document.visibilityState === "visible" && mutate();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [mutate]);

  return (
    <Modal
      opened
      onClose={() => mutate()}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
      title={t("ended.title")}
    >
      <Stack>
        <Text size="sm">{t("ended.text")}</Text>
        {check.isError && (
          <Alert color="orange" role="alert">
            {t("ended.notYet")}
          </Alert>
        )}
        {check.data === false && (
          <Alert color="orange" role="alert">
            {t("ended.other", { name: me.name })}
          </Alert>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={() => mutate()} loading={check.isPending}>
            {t("ended.goOn")}
          </Button>
          <Button
            component="a"
            href={`${consolePath}/sign-in`}
            target="_blank"
            rel="noopener"
            data-autofocus
            rightSection={<ExternalLink size={14} aria-hidden />}
          >
            {t("ended.signIn")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
