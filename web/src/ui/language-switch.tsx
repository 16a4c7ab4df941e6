import { NativeSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { currentLanguage, type Language, languages, setLanguage } from "@/locales/i18n";

/** Changes the language of the console, here and for later visits. */
export function LanguageSwitch({ onChange }: { onChange?: (language: Language) => void }) {
  const { t } = useTranslation();
  return (
    <NativeSelect
      aria-label={t("language")}
      size="xs"
      w={108}
      value={currentLanguage()}
      data={Object.entries(languages).map(([value, label]) => ({ value, label }))}
      onChange={async (event) => {
        const language = event.currentTarget.value as Language;
        await setLanguage(language);
        onChange?.(language);
      }}
    />
  );
}
