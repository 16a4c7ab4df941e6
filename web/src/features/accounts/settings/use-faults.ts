import type { UseFormReturn } from "react-hook-form";
import { isCode } from "@/api/client";
import { useErrorText } from "@/ui/error-text";
import { showFaults } from "@/ui/form-errors";
import { type AccountDraft, inputOf } from "./account-draft";

/** Gives a function that shows what the server refused beside the inputs it is about. */
export function useFaults(form: UseFormReturn<AccountDraft>) {
  const text = useErrorText();
  return (error: unknown) => {
    if (isCode(error, "external_id_taken")) {
      form.setError("external_id", { type: error.code, message: text.ofError(error) }, { shouldFocus: true });
    }
    showFaults(form, error, text.ofField, inputOf);
  };
}
