import { useTranslation } from "react-i18next";
import { ScopePicker } from "@/ui/scope-picker";
import { useField, useWizard } from "./wizard-context";

/** What the token may do. */
export function ScopesStep() {
  const { form, catalog } = useWizard();
  const { value, onChange, error, faults } = useField("scopes");
  const { t } = useTranslation("create");
  return (
    <ScopePicker
      categories={catalog.categories}
      versions={catalog.versions}
      version={form.watch("version")}
      value={value}
      onChange={onChange}
      error={error ?? (Object.keys(faults).length > 0 ? t("fault.scopesRefused") : undefined)}
      faults={faults}
    />
  );
}
