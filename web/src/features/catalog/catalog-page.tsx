import { useTranslation } from "react-i18next";
import { PageHeader } from "@/ui/page-header";

export function CatalogPage() {
  const { t } = useTranslation("admin");
  return <PageHeader title={t("catalog.title")} />;
}
