import { useTranslation } from "react-i18next";
import { PageHeader } from "@/ui/page-header";

export function AccountPage() {
  const { t } = useTranslation("admin");
  return <PageHeader title={t("account.title")} />;
}
