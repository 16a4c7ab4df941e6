import { ActionIcon, Badge, Box, Group, Menu, Text } from "@mantine/core";
import { CircleCheck, EllipsisVertical, Pencil, UserRoundCog, UserX } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/me";
import { StatusBadge } from "@/ui/status-badge";
import { Row } from "@/ui/surface";
import type { Member } from "./use-members";

export type MemberAction = "edit" | "handOver" | "state";

interface Props {
  member: Member;
  onAction: (action: MemberAction) => void;
}

export function MemberRow({ member, onAction }: Props) {
  const { t } = useTranslation(["admin", "common"]);
  const { member_id } = useMe();
  const active = member.state === "active";
  return (
    <Row>
      <div>
        <Group gap={6}>
          <Text size="sm" fw={600}>
            {member.name}
          </Text>
          {member.id === member_id && (
            <Badge size="sm" variant="default" tt="none">
              {t("members.you")}
            </Badge>
          )}
          {member.operator && (
            <Badge size="sm" variant="light" tt="none">
              {t("common:user.operator")}
            </Badge>
          )}
        </Group>
        <Text size="xs" c="dimmed">
          {member.email}
        </Text>
        <Text size="xs" hiddenFrom="sm">
          {t(`common:role.${member.role}`)}
        </Text>
      </div>
      <Text size="sm" visibleFrom="sm">
        {t(`common:role.${member.role}`)}
      </Text>
      <Box visibleFrom="sm">
        <StatusBadge status={member.state} />
      </Box>
      <Group gap="xs" wrap="nowrap" justify="flex-end">
        {!active && (
          <Box hiddenFrom="sm">
            <StatusBadge status={member.state} />
          </Box>
        )}
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon aria-label={t("members.actions", { name: member.name })}>
              <EllipsisVertical size={17} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<Pencil size={15} aria-hidden />} onClick={() => onAction("edit")}>
              {t("members.edit.open")}
            </Menu.Item>
            <Menu.Item leftSection={<UserRoundCog size={15} aria-hidden />} onClick={() => onAction("handOver")}>
              {t("members.handOver.menu")}
            </Menu.Item>
            <Menu.Item
              color={active ? "red" : undefined}
              leftSection={active ? <UserX size={15} aria-hidden /> : <CircleCheck size={15} aria-hidden />}
              onClick={() => onAction("state")}
            >
              {t(active ? "members.deactivate.open" : "members.activate.open")}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Group>
    </Row>
  );
}
