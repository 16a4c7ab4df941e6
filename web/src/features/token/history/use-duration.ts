import { useTranslation } from "react-i18next";

const units: [string, number][] = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];

/** Gives a function that writes a number of seconds in the largest unit in which it is whole: "1 day". */
export function useDuration() {
  const { language } = useTranslation().i18n;
  return (seconds: number): string => {
    const [unit, size] = units.find(([, size]) => seconds % size === 0) ?? ["second", 1];
    const format = new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" });
    return format.format(seconds / size);
  };
}
