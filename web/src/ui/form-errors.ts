import type { FieldPath, FieldValues, UseFormReturn } from "react-hook-form";
import { ApiError, type FieldError } from "@/api/client";

/**
 * Shows the faults that the server found beside the inputs they are about. `fieldOf` says which input a fault belongs
 * to; undefined for none. Gives the faults that no input could show.
 */
export function showFaults<Values extends FieldValues>(
  form: Pick<UseFormReturn<Values>, "setError">,
  error: unknown,
  textOf: (fault: FieldError) => string,
  fieldOf: (fault: FieldError) => FieldPath<Values> | undefined,
): FieldError[] {
  if (!(error instanceof ApiError)) return [];
  return error.fields.filter((fault) => {
    const field = fieldOf(fault);
    if (field) form.setError(field, { type: fault.code, message: textOf(fault) });
    return !field;
  });
}
