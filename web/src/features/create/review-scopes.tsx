import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { AccessMark, SensitiveMark } from "@/ui/scope-picker";
import classes from "./create.module.css";
import { useWizard } from "./wizard-context";

/** The chosen scopes by category. */
export function ReviewScopes({ scopes }: { scopes: string[] }) {
  const { t } = useTranslation("create");
  const { catalog } = useWizard();
  const chosen = new Set(scopes);
  return (
    <>
      <Text size="sm" mb="xs">
        {t("review.scopes", { count: scopes.length })}
      </Text>
      <div className={classes.reviewScopes}>
        {catalog.categories.map((category) => {
          const picked = category.scopes.filter(({ id }) => chosen.has(id));
          if (picked.length === 0) return null;
          return (
            <div key={category.id}>
              <Text size="sm" fw={600}>
                {category.label}
              </Text>
              <ul className={classes.reviewList}>
                {picked.map((scope) => (
                  <li key={scope.id}>
                    <Text span size="sm">
                      {scope.label}
                    </Text>{" "}
                    {scope.access === "write" && <AccessMark access="write" />} {scope.sensitive && <SensitiveMark />}
                  </li>
                ))}
              </ul>
            </div>
          );
        })}
      </div>
    </>
  );
}
