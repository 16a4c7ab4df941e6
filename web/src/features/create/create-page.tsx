import { useTranslation } from "react-i18next";
import { PageHeader } from "@/ui/page-header";

export function CreatePage() {
  const { t } = useTranslation("create");
  return <PageHeader title={t("title")} />;
}
