import type { Ref } from "react";
import { useTranslation } from "react-i18next";
import { ChipsField } from "@/ui/chips-field";
import { emailsIn, isEmail, maxDevelopers } from "./emails";

export interface DeveloperEmailsProps {
  value: string[];
  onChange: (emails: string[]) => void;
  onBlur?: () => void;
  error?: string;
  /** What the server found wrong with single addresses. */
  faults?: Record<string, string>;
  disabled?: boolean;
  ref?: Ref<HTMLInputElement>;
}

/** The addresses of people, members or not, who work with a token. */
export function DeveloperEmails(props: DeveloperEmailsProps) {
  const { t } = useTranslation("form");
  return (
    <ChipsField
      {...props}
      label={t("developers.label")}
      description={t("developers.description", { max: maxDevelopers })}
      placeholder="dev@example.com"
      parse={emailsIn}
      check={(entry) => (isEmail(entry) ? undefined : t("developers.wrong"))}
      max={maxDevelopers}
    />
  );
}
