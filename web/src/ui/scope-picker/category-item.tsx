import { Checkbox, Text } from "@mantine/core";
import { ChevronRight } from "lucide-react";
import { memo, useId } from "react";
import { useTranslation } from "react-i18next";
import classes from "./scope-picker.module.css";
import { ScopeRow } from "./scope-row";
import type { Category, Scope } from "./selection";

interface Props {
  category: Category;
  /** Ids of its chosen scopes, parted by spaces. */
  chosen: string;
  /** The same of what was chosen before, if that is to be compared. */
  before: string | undefined;
  unmet: Map<string, Scope[]> | undefined;
  faults: Record<string, string> | undefined;
  open: boolean;
  /** Whether it cannot be closed. */
  fixed: boolean;
  readOnly: boolean;
  onToggle: (id: string) => void;
  onChange: (ids: string[], on: boolean) => void;
}

/** A category, switched on as a whole or opened to choose single scopes. */
export const CategoryItem = memo(function CategoryItem(props: Props) {
  const { category, open, fixed, unmet, faults, onChange } = props;
  const { t } = useTranslation("scopes");
  const listId = useId();
  const chosen = new Set(props.chosen.split(" "));
  const before = props.before === undefined ? undefined : new Set(props.before.split(" "));
  const count = category.scopes.filter(({ id }) => chosen.has(id)).length;
  const all = count === category.scopes.length;
  return (
    <li className={classes.category} data-open={open || undefined}>
      <div className={classes.head}>
        <Checkbox
          className={classes.check}
          aria-label={t("all", { category: category.label })}
          checked={all}
          indeterminate={count > 0 && !all}
          disabled={props.readOnly}
          onChange={() =>
            onChange(
              category.scopes.map(({ id }) => id),
              !all,
            )
          }
        />
        <button
          type="button"
          className={classes.toggle}
          aria-expanded={open}
          aria-controls={listId}
          disabled={fixed}
          onClick={() => props.onToggle(category.id)}
        >
          <span className={classes.name}>
            <span className={classes.label}>{category.label}</span>
            {category.description && <span className={classes.description}>{category.description}</span>}
          </span>
          <Text
            span
            size="xs"
            c={count > 0 ? undefined : "dimmed"}
            fw={count > 0 ? 600 : 400}
            className={classes.count}
          >
            <span aria-hidden>
              {count} / {category.scopes.length}
            </span>
            <span className="visually-hidden">{t("count", { chosen: count, all: category.scopes.length })}</span>
          </Text>
          {!fixed && <ChevronRight size={16} className={classes.chevron} aria-hidden />}
        </button>
      </div>
      {open && (
        <ul id={listId} className={classes.scopes} aria-label={category.label}>
          {category.scopes.map((scope) => (
            <ScopeRow
              key={scope.id}
              scope={scope}
              checked={chosen.has(scope.id)}
              change={changeOf(scope.id, chosen, before)}
              missing={unmet?.get(scope.id)}
              fault={faults?.[scope.id]}
              readOnly={props.readOnly}
              onChange={onChange}
            />
          ))}
        </ul>
      )}
    </li>
  );
});

function changeOf(id: string, chosen: Set<string>, before: Set<string> | undefined) {
  if (!before || chosen.has(id) === before.has(id)) return undefined;
  return chosen.has(id) ? "added" : "removed";
}
