import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { useFormat } from "@/ui/use-format";
import classes from "./webhooks.module.css";

/** What was sent and what was answered, attempt by attempt, the last one first. */
export function Attempts({ of }: { of: Schema["WebhookDeliveryDetails"] }) {
  const { t } = useTranslation("webhooks");
  return (
    <div>
      {of.history.map((attempt, i) => (
        <Attempt key={attempt.number} attempt={attempt} body={of.request_body} open={i === 0} />
      ))}
      {of.history.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("attempt.none")}
        </Text>
      )}
    </div>
  );
}

function Attempt({ attempt, body, open }: { attempt: Schema["WebhookAttempt"]; body: string; open: boolean }) {
  const { t } = useTranslation("webhooks");
  const format = useFormat();
  const { number, at, duration_ms, outcome, status } = attempt;
  return (
    <details className={classes.attempt} open={open}>
      <Text component="summary" size="sm">
        <strong>{t("attempt.title", { number })}</strong> · {format.time(at)} ·{" "}
        {t("attempt.took", { ms: format.number(duration_ms) })} · {t(`outcome.${outcome}`)}
        {status !== null && ` · HTTP ${status}`}
      </Text>
      <Message
        title={t("attempt.request")}
        first={`POST ${attempt.url}`}
        headers={attempt.request_headers}
        body={body}
      />
      {status !== null && (
        <Message
          title={t("attempt.answer")}
          first={`HTTP ${status}`}
          headers={attempt.response_headers}
          body={attempt.response_body}
        />
      )}
    </details>
  );
}

interface MessageProps {
  title: string;
  first: string;
  headers: Record<string, string>;
  body: string;
}

function Message({ title, first, headers, body }: MessageProps) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return (
    <div>
      <Text size="xs" fw={600} mt="xs">
        {title}
      </Text>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it may be longer than its place, and is scrolled by keys */}
      <section tabIndex={0} aria-label={title} className={classes.text}>
        {[first, ...lines, "", body].join("\n")}
      </section>
    </div>
  );
}
