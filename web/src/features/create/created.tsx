import { Title } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { SecretPanel } from "@/ui/secret-panel";
import classes from "./create.module.css";

/** The new token's secret, once. */
export function Created({ token, onDone }: { token: Schema["CreatedToken"]; onDone: () => void }) {
  const { t } = useTranslation("create");
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  return (
    <div className={classes.body}>
      <Title order={2} ref={title} tabIndex={-1} className={classes.title} mb="md">
        {t("created", { name: token.name })}
      </Title>
      <SecretPanel secret={token.secret} token={token} onDone={onDone} done={t("toToken")} />
    </div>
  );
}
