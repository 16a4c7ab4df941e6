import { useTranslation } from "react-i18next";
import type { Code } from "./counts";

/** Gives a function that says in words how a check came out. */
export function useOutcomeText() {
  const { t } = useTranslation("token");
  return (code: Code) => t(`outcome.${code}`);
}
