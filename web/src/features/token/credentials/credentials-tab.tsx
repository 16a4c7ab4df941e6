import { Alert, Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { RotateCw } from "lucide-react";
import { useTranslation } from "react-i18next";
import { CopyButton } from "@/ui/copy-button";
import { ErrorAlert } from "@/ui/error-alert";
import { Fact } from "@/ui/surface";
import type { TokenAction } from "@/ui/token-actions";
import { useFormat } from "@/ui/use-format";
import { Facts, Section } from "../facts";
import type { Token } from "../use-token";
import { HowToSend } from "./how-to-send";
import { UseFacts } from "./use-facts";
import { useMadeAt, useSecretUse } from "./use-secrets";

interface Props {
  token: Token;
  editable: boolean;
  onAct: (action: TokenAction) => void;
}

/** A token's id and its secrets: which live, who uses them, and how to change over to a new one. */
export function CredentialsTab({ token, editable, onAct }: Props) {
  const { t } = useTranslation(["token", "actions"]);
  const format = useFormat();
  const madeAt = useMadeAt(token);
  const use = useSecretUse(token, madeAt.error ? null : madeAt.data);
  const rotatable = editable && (token.status === "active" || token.status === "disabled");
  const { previous_secret: previous } = token;
  return (
    <Stack>
      <Section title={t("credentials.id")}>
        <Group gap={4} wrap="nowrap">
          <code>{token.id}</code>
          <CopyButton value={token.id} label={t("credentials.copyId")} />
        </Group>
        <Text size="sm" c="dimmed" mt={4}>
          {t("credentials.idText")}
        </Text>
      </Section>
      <Section
        title={t("credentials.current")}
        actions={
          rotatable && (
            <Button leftSection={<RotateCw size={15} aria-hidden />} onClick={() => onAct("rotate")}>
              {t("actions:rotate.menu")}
            </Button>
          )
        }
      >
        <Facts>
          <Fact name={t("credentials.hint")}>
            <code>…{token.secret_hint}</code>
          </Fact>
          {madeAt.data && <Fact name={t("credentials.made")}>{format.time(madeAt.data)}</Fact>}
          {token.generation > 1 && (
            <Fact name={t("credentials.generation")}>
              {t("credentials.rotations", { count: token.generation - 1 })}
            </Fact>
          )}
          {use.data && <UseFacts token={token} use={use.data.current} />}
        </Facts>
        <Text size="sm" c="dimmed" mt="sm">
          {t("credentials.lost")}
        </Text>
      </Section>
      {previous && (
        <Section title={t("credentials.previous")}>
          <Facts>
            <Fact name={t("credentials.hint")}>
              <code>…{previous.hint}</code>
            </Fact>
            <Fact name={t("credentials.ends")}>
              {format.time(previous.expires_at)} ({format.relative(previous.expires_at)})
            </Fact>
            {use.data && <UseFacts token={token} use={use.data.previous} />}
          </Facts>
          {use.isPending && <Skeleton h={40} mt="sm" />}
          {use.data && <Verdict calls={use.data.previous.calls} />}
          {rotatable && (
            <Text size="sm" c="dimmed" mt="sm">
              {t("credentials.endPrevious")}
            </Text>
          )}
        </Section>
      )}
      {use.error && <ErrorAlert error={use.error} onRetry={() => void use.refetch()} />}
      {token.status !== "revoked" && <HowToSend token={token} />}
    </Stack>
  );
}

/** Whether the previous secret can be let go. */
function Verdict({ calls }: { calls: number }) {
  const { t } = useTranslation("token");
  return (
    <Alert color={calls > 0 ? "orange" : "pine"} mt="sm" py="sm" title={t(calls > 0 ? "verdict.used" : "verdict.free")}>
      {t(calls > 0 ? "verdict.usedText" : "verdict.freeText")}
    </Alert>
  );
}
