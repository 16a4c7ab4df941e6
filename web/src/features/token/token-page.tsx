import { useTranslation } from "react-i18next";
import { PageHeader } from "@/ui/page-header";

export function TokenPage() {
  const { t } = useTranslation("token");
  return <PageHeader title={t("title")} />;
}
