import { useTranslation } from "react-i18next";
import { PageHeader } from "@/ui/page-header";

export function TokensPage() {
  const { t } = useTranslation("tokens");
  return <PageHeader title={t("title")} />;
}
