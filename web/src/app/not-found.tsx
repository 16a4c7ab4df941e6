import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Compass } from "lucide-react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "@/ui/empty-state";
import { usePageTitle } from "@/ui/use-page-title";

/** Stands where an address leads nowhere. */
export function NotFound() {
  const { t } = useTranslation();
  usePageTitle(t("notFound.title"));
  return (
    <EmptyState
      icon={Compass}
      title={t("notFound.title")}
      level={1}
      action={<Button renderRoot={(props) => <Link to="/tokens" {...props} />}>{t("notFound.home")}</Button>}
    >
      {t("notFound.text")}
    </EmptyState>
  );
}
