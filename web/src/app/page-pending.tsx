import { Center, Loader } from "@mantine/core";
import { useTranslation } from "react-i18next";

/** Stands where a page will be. */
export function PagePending() {
  const { t } = useTranslation();
  return (
    <Center mih={240} role="status">
      <Loader aria-label={t("loading")} />
    </Center>
  );
}
