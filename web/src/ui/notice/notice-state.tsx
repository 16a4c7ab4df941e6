import { Badge, type MantineColor, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { DateText } from "@/ui/date-text";

type Notice = Schema["Notice"];

const colors: Record<Notice["state"], MantineColor> = {
  waiting: "orange",
  sent: "pine",
  failed: "red",
  dropped: "gray",
};

/** How far a notice has come, when, and what stood in its way. */
export function NoticeState({ notice }: { notice: Notice }) {
  const { t } = useTranslation("notices");
  const why = useReason(notice);
  return (
    <div>
      <Badge variant="light" color={colors[notice.state]} radius="sm" tt="none" fw={600}>
        {t(`state.${notice.state}`)}
      </Badge>{" "}
      <Text span size="xs" c="dimmed">
        <DateText value={notice.settled_at ?? notice.created_at} />
      </Text>
      {why && (
        <Text size="xs" c="dimmed">
          {why}
        </Text>
      )}
    </div>
  );
}

const drops = ["void", "unsubscribed", "inactive", "too_old"] as const;

function useReason({ state, reason, attempts }: Notice): string | undefined {
  const { t } = useTranslation("notices");
  if (state === "dropped") {
    const drop = drops.find((one) => one === reason);
    return drop && t(`reason.${drop}`);
  }
  const said = reason ? t("said", { reason }) : undefined;
  if (state === "waiting" && attempts > 0) return [t("attempts", { count: attempts }), said].filter(Boolean).join(" ");
  return state === "failed" ? said : undefined;
}
