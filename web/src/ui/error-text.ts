import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { ApiError, type FieldError } from "@/api/client";

type Texts = { t: TFunction<"errors">; language: string };

/** Gives functions that say what failed, in the reader's language. */
export function useErrorText() {
  const { t, i18n } = useTranslation("errors");
  const texts = { t, language: i18n.language };
  return {
    ofError: (error: unknown) => errorText(texts, error),
    ofField: (fault: FieldError) => fieldText(texts, fault),
  };
}

/** The server's own words are English and the most precise; others are found by the code. */
function errorText(texts: Texts, error: unknown): string {
  if (!(error instanceof ApiError)) return texts.t("unknown");
  return chosen(texts, `code.${error.code}`, error.message) || texts.t("unknown");
}

function fieldText(texts: Texts, fault: FieldError): string {
  return chosen(texts, `field.${fault.code}`, fault.message) || fault.message;
}

function chosen({ t, language }: Texts, key: string, words: string): string {
  if (language === "en" && words) return words;
  return t(key as "unknown", { defaultValue: words });
}
