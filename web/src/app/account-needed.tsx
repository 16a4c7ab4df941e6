import { Button } from "@mantine/core";
import { Building2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "@/ui/empty-state";
import { AccountChoice } from "./account-choice";

/** Stands where a page of one account would be, while an operator has chosen none. */
export function AccountNeeded() {
  const { t } = useTranslation();
  return (
    <EmptyState
      icon={Building2}
      title={t("account.needed")}
      level={1}
      action={
        <AccountChoice>
          {(toggle, opened) => (
            <Button onClick={toggle} aria-haspopup="listbox" aria-expanded={opened}>
              {t("account.choose")}
            </Button>
          )}
        </AccountChoice>
      }
    >
      {t("account.neededText")}
    </EmptyState>
  );
}
