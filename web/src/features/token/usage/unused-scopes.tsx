import { Button, Text } from "@mantine/core";
import { ScissorsLineDashed } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { Tags } from "@/ui/tags";
import { useFormat } from "@/ui/use-format";
import { Section } from "../facts";
import { useScopeLabels } from "../scopes/use-scope-labels";
import type { Token } from "../use-token";
import { unusedScopes } from "./counts";

interface Props {
  token: Token;
  usage: Schema["TokenUsage"];
  editable: boolean;
  onNarrow: (scopes: string[]) => void;
}

/** The scopes that nothing was asked for, and the way to take them away. */
export function UnusedScopes({ token, usage, editable, onNarrow }: Props) {
  const { t } = useTranslation("token");
  const format = useFormat();
  const labels = useScopeLabels();
  const unused = unusedScopes(token.scopes, usage);
  const date = format.date(usage.since);
  if (!unused)
    return (
      <Section title={t("unused.title")}>
        <Text size="sm" c="dimmed">
          {t(usage.scopes.length === 0 ? "unused.unnamed" : "unused.tooMany")}
        </Text>
      </Section>
    );
  const some = unused.length < token.scopes.length;
  return (
    <Section
      title={t("unused.title")}
      actions={
        editable &&
        some &&
        unused.length > 0 && (
          <Button
            variant="default"
            leftSection={<ScissorsLineDashed size={15} aria-hidden />}
            onClick={() => onNarrow(unused)}
          >
            {t("unused.narrow", { count: unused.length })}
          </Button>
        )
      }
    >
      <Text size="sm" mb={unused.length > 0 ? "xs" : 0}>
        {unused.length === 0
          ? t("unused.none", { date })
          : t("unused.text", { count: unused.length, all: token.scopes.length, date })}
      </Text>
      {unused.length > 0 && (
        <Tags values={unused.map((id) => labels.get(id) ?? id)} label={t("unused.title")} limit={12} />
      )}
    </Section>
  );
}
