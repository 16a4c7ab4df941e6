import { createContext, type RefObject, useContext } from "react";
import { type UseFormReturn, useController } from "react-hook-form";
import { useTranslation } from "react-i18next";
import type { Person } from "@/ui/contact-fields";
import { useErrorText } from "@/ui/error-text";
import type { Draft, FaultKey, Policy, Step } from "./draft";
import type { Fault } from "./faults";
import type { Catalog } from "./prefill";

export interface Wizard {
  form: UseFormReturn<Draft>;
  catalog: Catalog;
  policy: Policy | undefined;
  /** The scopes of a draft that its version has: those that are sent. */
  available: (version: string, scopes: string[]) => string[];
  /** What the server refused, until it is changed. */
  faults: Fault[];
  forget: (field: keyof Draft) => void;
  goTo: (step: Step) => void;
  self: Person | undefined;
  /** The scopes that were chosen before a preset was. */
  beforePreset: RefObject<string[]>;
}

export const WizardContext = createContext<Wizard | null>(null);

export function useWizard(): Wizard {
  const wizard = useContext(WizardContext);
  if (!wizard) throw new Error("This is only for the steps of the form.");
  return wizard;
}

/** An input of the draft: its value, and what is wrong with it here or for the server. */
export function useField<F extends keyof Draft>(name: F) {
  const { t } = useTranslation("create");
  const text = useErrorText();
  const { form, faults, forget } = useWizard();
  const { field, fieldState } = useController({ name, control: form.control });
  const own = faults.filter((fault) => fault.field === name);
  const whole = own.find((fault) => fault.entry === undefined);
  const message = (fieldState.error as { message?: string } | undefined)?.message;
  return {
    value: field.value as Draft[F],
    onChange: (value: Draft[F]) => {
      forget(name);
      field.onChange(value);
    },
    onBlur: field.onBlur,
    ref: field.ref,
    error: whole ? text.ofField(whole) : message && t(`fault.${message as FaultKey}`),
    faults: Object.fromEntries(
      own.flatMap((fault) => (fault.entry === undefined ? [] : [[fault.entry, text.ofField(fault)]])),
    ),
  };
}
