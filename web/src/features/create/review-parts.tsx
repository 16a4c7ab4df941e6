import { Button, Group, Text, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import classes from "./create.module.css";
import type { Step } from "./draft";
import { useWizard } from "./wizard-context";

/** What was chosen on a step, with the way back to it. */
export function Section({ step, children }: { step: Step; children: ReactNode }) {
  const { t } = useTranslation("create");
  const { goTo } = useWizard();
  const title = useId();
  return (
    <section aria-labelledby={title} className={classes.section}>
      <Group justify="space-between" mb={6}>
        <Title order={3} id={title}>
          {t(`steps.${step}`)}
        </Title>
        <Button
          variant="subtle"
          size="compact-sm"
          aria-label={t("review.editStep", { step: t(`steps.${step}`) })}
          onClick={() => goTo(step)}
        >
          {t("review.edit")}
        </Button>
      </Group>
      {children}
    </section>
  );
}

export function Facts({ children }: { children: ReactNode }) {
  return <dl className={classes.facts}>{children}</dl>;
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <Text component="dt" size="sm" c="dimmed">
        {name}
      </Text>
      <Text component="dd" size="sm" className={classes.fact}>
        {children}
      </Text>
    </>
  );
}
