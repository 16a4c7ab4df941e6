import { ActionIcon, Button, type ButtonProps, Tooltip } from "@mantine/core";
import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

interface Props extends Pick<ButtonProps, "variant" | "size"> {
  value: string;
  /** What is copied, for screen readers where the button is an icon: "Copy the token's id". */
  label?: string;
  /** Shows a button with words and no bare icon. */
  withText?: boolean;
  onCopied?: () => void;
}

type State = "ready" | "copied" | "failed";

/** Copies a text, and says whether the browser let it. */
export function CopyButton({ value, label, withText = false, onCopied, variant, size }: Props) {
  const { t } = useTranslation();
  const [state, setState] = useState<State>("ready");
  useEffect(() => {
    if (state === "ready") return;
    const timer = setTimeout(() => setState("ready"), state === "copied" ? 2000 : 6000);
    return () => clearTimeout(timer);
  }, [state]);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      setState("copied");
      onCopied?.();
    } catch {
      setState("failed"); // refused, or not offered outside of https and localhost
    }
  };
  const said = state === "copied" ? t("action.copied") : state === "failed" ? t("copy.failed") : "";
  const Icon = state === "copied" ? Check : Copy;
  return (
    <>
      {withText ? (
        <Button variant={variant ?? "default"} size={size} leftSection={<Icon size={16} aria-hidden />} onClick={copy}>
          {state === "copied" ? t("action.copied") : (label ?? t("action.copy"))}
        </Button>
      ) : (
        <Tooltip label={said || (label ?? t("action.copy"))} opened={said ? true : undefined} multiline maw={260}>
          <ActionIcon size="sm" onClick={copy} aria-label={label ?? t("action.copy")}>
            <Icon size={15} aria-hidden />
          </ActionIcon>
        </Tooltip>
      )}
      <span className="visually-hidden" role="status">
        {said}
      </span>
      {withText && state === "failed" && <span>{said}</span>}
    </>
  );
}
