import { Text } from "@mantine/core";
import { ChevronRight } from "lucide-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import classes from "./browse.module.css";
import { ScopeItem } from "./scope-item";

interface Props {
  category: Schema["Category"];
  /** Whether it is open until somebody closes it. */
  opened: boolean;
  label: (id: string) => string;
}

export function CategoryItem({ category, opened, label }: Props) {
  const { t } = useTranslation("admin");
  const [open, setOpen] = useState(opened);
  const list = useId();
  return (
    <li className={classes.category} data-open={open || undefined}>
      <button
        type="button"
        className={classes.head}
        aria-expanded={open}
        aria-controls={list}
        onClick={() => setOpen(!open)}
      >
        <ChevronRight size={16} className={classes.chevron} aria-hidden />
        <span className={classes.name}>
          <strong>{category.label}</strong>
          {category.description && <span className={classes.description}>{category.description}</span>}
        </span>
        <Text span size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>
          {t("catalog.count", { count: category.scopes.length })}
        </Text>
      </button>
      <ul id={list} className={classes.scopes} hidden={!open} aria-label={category.label}>
        {open && category.scopes.map((scope) => <ScopeItem key={scope.id} scope={scope} label={label} />)}
      </ul>
    </li>
  );
}
