import { Modal, Stack, Text, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { keys } from "@/api/keys";
import { PrimaryContact } from "@/ui/contact-fields";
import { DateText } from "@/ui/date-text";
import { LeaveGuard } from "@/ui/leave-guard";
import { type BulkAction, type BulkOrder, type BulkResult, concerns, runBulk } from "./bulk";
import { BulkProgress } from "./bulk-progress";
import { BulkQuestion } from "./bulk-question";

type Token = Schema["Token"];

interface Props {
  action: BulkAction;
  tokens: Token[];
  /** Called with the ids of the tokens that need nothing more. */
  onClose: (done: string[]) => void;
}

/** Says what will happen to which tokens, does it, and says what became of each. */
export function BulkDialog({ action, tokens, onClose }: Props) {
  const { t } = useTranslation(["tokens", "common"]);
  const [reason, setReason] = useState("");
  const [contact, setContact] = useState("");
  const order: BulkOrder = { action, reason: reason.trim(), contact };
  const concerned = tokens.filter((token) => concerns(order, token));
  const bulk = useBulk();
  const running = bulk.state === "running";
  const close = () => onClose(bulk.done);
  return (
    <Modal
      opened
      onClose={running ? () => {} : close}
      title={t(`bulk.${action}.title`, { count: bulk.state === "asking" ? concerned.length : bulk.total })}
      closeButtonProps={{ "aria-label": t("common:action.close"), disabled: running }}
      size="lg"
    >
      <LeaveGuard when={running || bulk.results.length > bulk.done.length} text={t("bulk.leave")} />
      {bulk.state === "asking" ? (
        <BulkQuestion
          action={action}
          count={concerned.length}
          ready={action !== "contact" || contact !== ""}
          onCancel={close}
          onConfirm={() => bulk.start(concerned, order)}
        >
          <Stack gap="sm">
            <Text size="sm">{t(`bulk.${action}.text`)}</Text>
            {action === "contact" && <PrimaryContact value={contact} onChange={setContact} />}
            {action === "revoke" && (
              <TextInput
                label={t("bulk.reason")}
                maxLength={500}
                value={reason}
                onChange={(event) => setReason(event.currentTarget.value)}
              />
            )}
            {tokens.length > concerned.length && (
              <Text size="sm" c="dimmed">
                {t(`bulk.${action}.others`, { count: tokens.length - concerned.length })}
              </Text>
            )}
            <Concerned tokens={concerned} />
          </Stack>
        </BulkQuestion>
      ) : (
        <BulkProgress
          total={bulk.total}
          results={bulk.results}
          running={running}
          onStop={bulk.stop}
          onRetry={(failed) => bulk.start(failed, order)}
          onClose={close}
        />
      )}
    </Modal>
  );
}

/** The tokens with their last use: who uses one will notice. */
function Concerned({ tokens }: { tokens: Token[] }) {
  const { t } = useTranslation("tokens");
  return (
    <section aria-label={t("bulk.concerned")} style={{ maxHeight: 260, overflowY: "auto" }} tabIndex={-1}>
      <ul style={{ margin: 0, paddingInlineStart: 18 }}>
        {tokens.map((token) => (
          <li key={token.id}>
            <Text size="sm" component="span" fw={600}>
              {token.name}
            </Text>{" "}
            <Text size="sm" component="span" c="dimmed">
              {t("bulk.lastUsed")} <DateText value={token.last_used_at} />
            </Text>
          </li>
        ))}
      </ul>
    </section>
  );
}

function useBulk() {
  const queryClient = useQueryClient();
  const [state, setState] = useState<"asking" | "running" | "ended">("asking");
  const [total, setTotal] = useState(0);
  const [results, setResults] = useState<BulkResult[]>([]);
  const [done, setDone] = useState<string[]>([]);
  const stopping = useRef<AbortController>(undefined);
  useEffect(() => () => stopping.current?.abort(), []);

  const start = async (tokens: Token[], order: BulkOrder) => {
    const controller = new AbortController();
    stopping.current = controller;
    setTotal(tokens.length);
    setResults([]);
    setState("running");
    const onResult = (result: BulkResult) => {
      setResults((old) => [...old, result]);
      if (result.error === undefined) setDone((old) => [...old, result.token.id]);
    };
    await runBulk(tokens, order, onResult, controller.signal);
    await queryClient.invalidateQueries({ queryKey: keys.tokens });
    setState("ended");
  };
  return { state, total, results, done, start, stop: () => stopping.current?.abort() };
}
