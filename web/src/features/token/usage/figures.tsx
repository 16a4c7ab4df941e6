import { Card, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { DateText } from "@/ui/date-text";
import { useFormat } from "@/ui/use-format";
import classes from "../token.module.css";
import { good } from "./counts";

/** The usage in a few numbers. */
export function Figures({ usage }: { usage: Schema["TokenUsage"] }) {
  const { t } = useTranslation("token");
  const format = useFormat();
  const refused = usage.total - good(usage);
  return (
    <Card className={classes.section}>
      <dl className={classes.figures}>
        <div>
          <dt>{t("usage.calls")}</dt>
          <dd className={classes.figure}>{format.number(usage.total)}</dd>
          <Text component="dd" size="xs" c="dimmed">
            {t("usage.since", { date: format.date(usage.since) })}
          </Text>
        </div>
        <div>
          <dt>{t("usage.refused")}</dt>
          <dd className={classes.figure}>{format.number(refused)}</dd>
          <Text component="dd" size="xs" c="dimmed">
            {format.percent(refused / usage.total)}
          </Text>
        </div>
        <div>
          <dt>{t("usage.lastUsed")}</dt>
          <dd className={classes.figure}>
            <DateText value={usage.last_used_at} />
          </dd>
          {usage.last_ip && (
            <Text component="dd" size="xs" c="dimmed">
              {t("credentials.from", { ip: usage.last_ip })}
            </Text>
          )}
        </div>
      </dl>
    </Card>
  );
}
