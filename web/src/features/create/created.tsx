import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { PageHeader } from "@/ui/page-header";
import { SecretPanel } from "@/ui/secret-panel";
import classes from "./create.module.css";

/** The new token's secret, once. */
export function Created({ token, onDone }: { token: Schema["CreatedToken"]; onDone: () => void }) {
  const { t } = useTranslation("create");
  return (
    <>
      <PageHeader title={t("created", { name: token.name })} />
      <div className={classes.body}>
        <SecretPanel secret={token.secret} token={token} onDone={onDone} done={t("toToken")} />
      </div>
    </>
  );
}
