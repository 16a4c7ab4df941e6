import { Avatar, Menu, Text, UnstyledButton } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { BookOpen, CircleHelp, LogOut } from "lucide-react";
import { useTranslation } from "react-i18next";
import { apiBase } from "@/api/base";
import { useConfig } from "@/api/config";
import { useMe } from "@/api/me";
import { signOut } from "@/api/session";
import { unsaved } from "@/ui/leave-guard/unsaved";
import { notifyError } from "@/ui/notify";
import { useSignedOut } from "./signed-out";

/** Who is signed in, where to read more, and the way out. */
export function UserMenu() {
  const { t } = useTranslation();
  const me = useMe();
  const config = useConfig();
  const signedOut = useSignedOut();
  const leave = useMutation({
    mutationFn: signOut,
    onSuccess: (redirect) => {
      if (!redirect) return signedOut("ended");
      unsaved.release();
      location.assign(redirect);
    },
    onError: notifyError,
  });
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <UnstyledButton>
          <span className="visually-hidden">{t("user.menu")}</span>
          <Avatar name={me.name} size={32} color="pine" aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm" fw={600} c="var(--mantine-color-text)" truncate>
            {me.name}
          </Text>
          <Text size="xs">{me.operator ? t("user.operator") : me.role && t(`role.${me.role}`)}</Text>
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item
          component="a"
          href={`${apiBase}/docs`}
          target="_blank"
          leftSection={<BookOpen size={15} aria-hidden />}
        >
          {t("user.docs")}
        </Menu.Item>
        {config.help_url && (
          <Menu.Item
            component="a"
            href={config.help_url}
            target="_blank"
            rel="noreferrer"
            leftSection={<CircleHelp size={15} aria-hidden />}
          >
            {t("user.help")}
          </Menu.Item>
        )}
        <Menu.Item onClick={() => unsaved.ask(leave.mutate)} leftSection={<LogOut size={15} aria-hidden />}>
          {t("user.signOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
