import { Button, Checkbox, Text } from "@mantine/core";
import { memo, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { AccessMark, ChangeMark, SensitiveMark } from "./marks";
import classes from "./scope-picker.module.css";
import type { Scope } from "./selection";

interface Props {
  scope: Scope;
  checked: boolean;
  change: "added" | "removed" | undefined;
  /** Scopes without which this one is of little use. */
  missing: Scope[] | undefined;
  fault: string | undefined;
  readOnly: boolean;
  onChange: (ids: string[], on: boolean) => void;
}

/** A scope with what it opens. */
export const ScopeRow = memo(function ScopeRow({ scope, checked, change, missing, fault, readOnly, onChange }: Props) {
  const { t } = useTranslation("scopes");
  const id = useId();
  const described = `${id}-about`;
  return (
    <li className={classes.row} data-change={change}>
      <Checkbox
        id={id}
        className={classes.check}
        checked={checked}
        disabled={readOnly}
        error={fault !== undefined}
        aria-describedby={described}
        onChange={() => onChange([scope.id], !checked)}
      />
      <div className={classes.scope}>
        <div className={classes.title}>
          <label htmlFor={id} className={classes.scopeLabel}>
            {scope.label}
          </label>
          <span className={classes.marks}>
            <ChangeMark change={change} />
            {scope.sensitive && <SensitiveMark />}
            <AccessMark access={scope.access} />
          </span>
        </div>
        <div id={described}>
          {scope.description && (
            <Text size="xs" c="dimmed">
              {scope.description}
            </Text>
          )}
          <Routes scope={scope} />
          {fault && (
            <Text size="xs" c="var(--mantine-color-error)">
              {fault}
            </Text>
          )}
        </div>
        {missing && (
          <div className={classes.hint}>
            <Text span size="xs">
              {t("needs", { scopes: missing.map(({ label }) => label).join(", ") })}
            </Text>
            {!readOnly && (
              <Button
                variant="subtle"
                size="compact-xs"
                onClick={() =>
                  onChange(
                    missing.map((s) => s.id),
                    true,
                  )
                }
              >
                {t("addNeeds", { count: missing.length })}
              </Button>
            )}
          </div>
        )}
      </div>
    </li>
  );
});

const atFirst = 2;

function Routes({ scope }: { scope: Scope }) {
  const { t } = useTranslation("scopes");
  const [all, setAll] = useState(false);
  const rest = scope.routes.length - atFirst;
  return (
    <>
      {(all ? scope.routes : scope.routes.slice(0, atFirst)).map(({ method, path }) => (
        <code key={`${method} ${path}`} className={classes.route}>
          <b>{method}</b> {path}
        </code>
      ))}
      {!all && rest > 0 && (
        <Button variant="subtle" color="gray" size="compact-xs" onClick={() => setAll(true)}>
          {t("moreRoutes", { count: rest })}
        </Button>
      )}
    </>
  );
}
