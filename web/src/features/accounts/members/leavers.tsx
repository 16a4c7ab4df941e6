import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { UserX } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Member } from "./use-members";
import { useLeavers } from "./use-responsibilities";

interface Props {
  accountId: string;
  onHandOver: (member: Member) => void;
}

/** Says who has left and is still written to about tokens, where somebody should take over. */
export function Leavers({ accountId, onHandOver }: Props) {
  const { t } = useTranslation("admin");
  const { data } = useLeavers(accountId);
  if (!data || data.items.length === 0) return null;
  return (
    <Alert color="orange" icon={<UserX aria-hidden />} title={t("members.leavers.title")}>
      <Text size="sm">{t("members.leavers.text")}</Text>
      <Stack component="ul" gap={6} mt="xs" p={0} style={{ listStyle: "none" }}>
        {data.items.map(({ member, tokens }) => (
          <Group component="li" key={member.id} justify="space-between" gap="xs">
            <Text size="sm">
              <strong>{member.name}</strong> · {t("members.leavers.tokens", { count: tokens })}
            </Text>
            <Button size="xs" variant="default" onClick={() => onHandOver(member)}>
              {t("members.handOver.open")}
            </Button>
          </Group>
        ))}
      </Stack>
      {data.next_cursor && (
        <Text size="sm" mt="xs">
          {t("members.leavers.more")}
        </Text>
      )}
    </Alert>
  );
}
