import { Alert, Button, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { TokenAction } from "@/ui/token-actions";
import { useFormat } from "@/ui/use-format";
import type { Token } from "../use-token";
import { LeakList } from "./leak-list";

interface Props {
  token: Token;
  editable: boolean;
  onAct: (action: TokenAction) => void;
}

/** Says that the token's secret was found where it does not belong, where that was, and what to do. */
export function LeakAlert({ token, editable, onAct }: Props) {
  const { t } = useTranslation(["leaks", "actions"]);
  const format = useFormat();
  const { leaked_at, status } = token;
  if (!leaked_at) return null;
  const rotatable = status === "active" || status === "disabled";
  return (
    <Alert color="red" title={t("alert.title", { time: format.time(leaked_at) })} py="sm" mb="lg">
      <Text size="sm">
        {t(rotatable ? `alert.${status}` : "alert.over")} {rotatable && t("alert.rotate")}
      </Text>
      <LeakList token={token} />
      {editable && rotatable && (
        <Group gap="xs" mt="xs">
          <Button size="xs" color="red" onClick={() => onAct("rotate")}>
            {t("actions:rotate.menu")}
          </Button>
        </Group>
      )}
    </Alert>
  );
}
