import { useTranslation } from "react-i18next";

const day = 86_400_000;
const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", day],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1000],
];

const made = new Map<string, ReturnType<typeof makeFormats>>();

/** Writes numbers and times in the manner of the console's language. */
export function useFormat() {
  return formats(useTranslation().i18n.language);
}

/** Made once for each language, since making them takes a millisecond and lists use them in every row. */
export function formats(language: string) {
  const known = made.get(language) ?? makeFormats(language);
  made.set(language, known);
  return known;
}

function makeFormats(language: string) {
  const number = new Intl.NumberFormat(language);
  const short = new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 });
  const date = new Intl.DateTimeFormat(language, { dateStyle: "medium" });
  const time = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  const exact = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "long" });
  const ago = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const list = new Intl.ListFormat(language);

  return {
    number: (value: number) => number.format(value),
    /** 12,345 as 12.3K. */
    short: (value: number) => short.format(value),
    /** 0.25 as 25%. */
    percent: (value: number) => percent.format(value),
    date: (value: string) => date.format(new Date(value)),
    time: (value: string) => time.format(new Date(value)),
    exact: (value: string) => exact.format(new Date(value)),
    /** "3 days ago", "in 5 hours"; the date beyond a month. */
    relative: (value: string, now = Date.now()) => {
      const distance = new Date(value).getTime() - now;
      if (Math.abs(distance) > 30 * day) return date.format(new Date(value));
      const [unit, size] = units.find(([, size]) => Math.abs(distance) >= size) ?? ["second", 1000];
      return ago.format(Math.round(distance / size), unit);
    },
    list: (values: string[]) => list.format(values),
  };
}
