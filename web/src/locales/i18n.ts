import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import type en from "./en";

/** The languages there are, by the names their speakers give them. */
export const languages = { en: "English", "zh-CN": "简体中文" } as const;
export type Language = keyof typeof languages;

const key = "tokenry.language";
const load: Record<Language, () => Promise<{ default: Record<string, object> }>> = {
  en: () => import("./en"),
  "zh-CN": () => import("./zh-CN"),
};

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "common";
    resources: typeof en;
  }
}

/** Starts with the language chosen last, else the browser's, and loads no other. */
export async function startI18n() {
  await i18next.use(initReactI18next).init({
    lng: "en",
    fallbackLng: false,
    defaultNS: "common",
    ns: [],
    resources: {},
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  await setLanguage(preferred(), false);
}

/** Changes the language, and remembers it unless told not to. */
export async function setLanguage(language: Language, remember = true) {
  if (!i18next.hasResourceBundle(language, "common")) {
    const { default: namespaces } = await load[language]();
    for (const [namespace, texts] of Object.entries(namespaces)) {
      i18next.addResourceBundle(language, namespace, texts);
    }
  }
  document.documentElement.lang = language; // first, for the calls that the change brings about
  await i18next.changeLanguage(language);
  if (remember) localStorage.setItem(key, language);
}

export function currentLanguage(): Language {
  return i18next.language as Language;
}

function preferred(): Language {
  const remembered = localStorage.getItem(key);
  if (remembered && remembered in languages) return remembered as Language;
  for (const wish of navigator.languages) {
    if (wish.startsWith("zh")) return "zh-CN";
    if (wish.startsWith("en")) return "en";
  }
  return "en";
}
