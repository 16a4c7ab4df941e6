import { Alert, Button, Stack, Text } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/ui/use-format";
import { Value } from "../changes-list";
import classes from "../token.module.css";
import { type Field, fields } from "./settings";
import type { Stale } from "./use-edit";

interface Props {
  stale: Stale;
  onTake: (field: Field) => void;
}

/** Says that somebody else has changed the token meanwhile, and lets one choose where both changed the same. */
export function StaleNotice({ stale, onTake }: Props) {
  const { t } = useTranslation("token");
  const format = useFormat();
  const top = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each time somebody else was quicker
  useEffect(() => top.current?.focus(), [stale.taken]);
  const names = format.list(stale.taken.map((field) => t(`field.${field}`)));
  return (
    <Alert ref={top} tabIndex={-1} role="alert" color="orange" title={t("stale.title")}>
      <Stack gap="sm">
        <Text size="sm">
          {t("stale.text")} {stale.taken.length > 0 && t("stale.taken", { fields: names })}
        </Text>
        {fields.map((field) => {
          const both = stale.contested[field];
          if (!both) return null;
          return (
            <div key={field} role="group" aria-label={t(`field.${field}`)}>
              <Text size="sm" fw={600}>
                {t("stale.both", { field: t(`field.${field}`) })}
              </Text>
              <div className={classes.sides}>
                <Text size="sm" component="div">
                  <Text size="xs" c="dimmed">
                    {t("stale.mine")}
                  </Text>
                  <Value field={field} value={both.new} />
                </Text>
                <Text size="sm" component="div">
                  <Text size="xs" c="dimmed">
                    {t("stale.theirs")}
                  </Text>
                  <Value field={field} value={both.old} />
                  <Button variant="default" size="compact-xs" mt={4} display="block" onClick={() => onTake(field)}>
                    {t("stale.take")}
                  </Button>
                </Text>
              </div>
            </div>
          );
        })}
      </Stack>
    </Alert>
  );
}
