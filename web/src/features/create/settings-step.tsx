import { Stack, Textarea, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { MoreSettings } from "./more-settings";
import { PresetChoice } from "./preset-choice";
import { VersionChoice } from "./version-choice";
import { useField } from "./wizard-context";

/** What the token is called, what it is for, and which version of the API it is made for. */
export function SettingsStep() {
  const { t } = useTranslation("create");
  const name = useField("name");
  const description = useField("description");
  return (
    <Stack gap="lg">
      <TextInput
        label={t("name.label")}
        description={t("name.description")}
        placeholder={t("name.example")}
        required
        maxLength={200}
        value={name.value}
        onChange={(event) => name.onChange(event.currentTarget.value)}
        onBlur={name.onBlur}
        ref={name.ref}
        error={name.error}
        autoComplete="off"
      />
      <Textarea
        label={t("description.label")}
        description={t("description.description")}
        rows={3}
        resize="vertical"
        value={description.value}
        onChange={(event) => description.onChange(event.currentTarget.value)}
        onBlur={description.onBlur}
        ref={description.ref}
        error={description.error}
      />
      <VersionChoice />
      <PresetChoice />
      <MoreSettings />
    </Stack>
  );
}
