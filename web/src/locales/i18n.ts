import i18next, { type BackendModule } from "i18next";
import { initReactI18next } from "react-i18next";
import type en from "./en";

/** The languages there are, by the names their speakers give them. */
export const languages = { en: "English", "zh-CN": "简体中文" } as const;
export type Language = keyof typeof languages;

const key = "tokenry.language";
type Texts = Record<string, object>;
/** The texts that the first pages need come together. */
const first: Record<Language, () => Promise<{ default: Texts }>> = {
  en: () => import("./en/first"),
  "zh-CN": () => import("./zh-CN/first"),
};
/** All others come when a component asks for them. */
const others = import.meta.glob<Texts>(
  ["./*/*.json", "!./*/{actions,common,create,errors,form,scopes,secret,signin,tokens}.json"],
  { import: "default" },
);
const backend: BackendModule = {
  type: "backend",
  init: () => {},
  read: async (language, namespace) => (await others[`./${language}/${namespace}.json`]?.()) ?? {},
};

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "common";
    resources: typeof en;
  }
}

/** Starts with the language chosen last, else the browser's, and loads no other. */
export async function startI18n() {
  await i18next
    .use(initReactI18next)
    .use(backend)
    .init({
      lng: "en",
      load: "currentOnly",
      fallbackLng: false,
      defaultNS: "common",
      ns: [],
      resources: {},
      partialBundledLanguages: true,
      interpolation: { escapeValue: false },
      returnNull: false,
    });
  await setLanguage(preferred(), false);
}

/** Changes the language, and remembers it unless told not to. */
export async function setLanguage(language: Language, remember = true) {
  if (!i18next.hasResourceBundle(language, "common")) {
    const { default: namespaces } = await first[language]();
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
