import { Tooltip } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormat } from "./use-format";

interface Props {
  /** A time as the API gives it; null for never. */
  value: string | null | undefined;
  /** "relative" says how long ago or ahead, and the date beyond a month; "date" the day; "time" day and minute. */
  as?: "relative" | "date" | "time";
  /** What to say for null. */
  never?: string;
}

/** A time, short; the exact one is a hover or a focus away. */
export function DateText({ value, as = "relative", never }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  if (!value) return <span>{never ?? t("date.never")}</span>;
  return (
    <Tooltip label={format.exact(value)}>
      <time dateTime={value} tabIndex={as === "time" ? undefined : 0}>
        {format[as](value)}
      </time>
    </Tooltip>
  );
}
