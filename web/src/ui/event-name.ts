import { useTranslation } from "react-i18next";

/** Gives a function that says what an event is called. One that is newer than the console has its type for a name. */
export function useEventName() {
  const { t } = useTranslation("events");
  return (type: string) => t(`type.${type}` as "type.webhook.test", { defaultValue: type });
}
