import { Alert, Button, Group, SegmentedControl, Text, TextInput } from "@mantine/core";
import { ListChecks, Search, TriangleAlert, X } from "lucide-react";
import { useCallback, useDeferredValue, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { CategoryItem } from "./category-item";
import classes from "./scope-picker.module.css";
import { ScopeSummary } from "./scope-summary";
import {
  type Category,
  found,
  inVersion,
  narrowed,
  parted,
  readOnly,
  scopesOf,
  unmetNeeds,
  type Version,
  withScopes,
} from "./selection";

export interface ScopePickerProps {
  /** All categories of the catalog. What the version has not is hidden. */
  categories: Category[];
  /** All versions of the catalog, oldest first. */
  versions: Pick<Version, "id">[];
  version: string;
  /** The chosen scopes. Those that the version has not stay in it until they are taken out: do not send them. */
  value: string[];
  onChange: (scopes: string[]) => void;
  /** What was chosen before, to mark what is added and taken away. */
  before?: string[];
  /** Shows what is chosen, for people who may not change it. */
  readOnly?: boolean;
  /** What is wrong with the choice as a whole. */
  error?: string;
  /** What is wrong with single scopes, by id. */
  faults?: Record<string, string>;
}

type Show = "all" | "chosen";

/** Chooses scopes: by category or one by one, with a search, and hints at what else is needed. */
export function ScopePicker(props: ScopePickerProps) {
  const { categories, versions, version, value, onChange, before, faults, error } = props;
  const { t } = useTranslation("scopes");
  const [text, setText] = useState("");
  const [show, setShow] = useState<Show>(props.readOnly ? "chosen" : "all");
  const [undo, setUndo] = useState<string[]>();
  const wanted = useDeferredValue(text.trim());

  const available = useMemo(() => inVersion(categories, version, versions), [categories, version, versions]);
  const chosen = useMemo(() => new Set(value), [value]);
  const earlier = useMemo(() => before && new Set(before), [before]);
  const unmet = useMemo(() => unmetNeeds(available, chosen), [available, chosen]);
  const { known, unknown } = useMemo(() => parted(value, available), [value, available]);
  const shown = useMemo(() => {
    const listed =
      show === "all" ? available : narrowed(available, ({ id }) => chosen.has(id) || (earlier?.has(id) ?? false));
    return found(listed, wanted);
  }, [available, show, chosen, earlier, wanted]);
  const { isOpen, toggle, openAll, closeAll } = useOpen(available, value, faults);

  // Always the same function, so that only categories that change are drawn again.
  const latest = useRef({ value, onChange });
  useLayoutEffect(() => {
    latest.current = { value, onChange };
  });
  const change = useCallback((ids: string[], on: boolean) => {
    setUndo(undefined);
    latest.current.onChange(withScopes(latest.current.value, ids, on));
  }, []);
  const replace = (scopes: string[]) => {
    setUndo(value);
    onChange([...scopes, ...unknown]);
  };
  const matches = scopesOf(shown);
  const unchosen = matches.filter((scope) => !chosen.has(scope.id)).map((scope) => scope.id);

  return (
    <div role="group" aria-label={t("label")} className={classes.picker}>
      <div className={classes.tools}>
        <TextInput
          className={classes.search}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => event.key === "Enter" && event.preventDefault()}
          type="search"
          aria-label={t("search")}
          placeholder={t("search")}
          leftSection={<Search size={15} aria-hidden />}
          error={error}
          errorProps={{ role: "alert" }}
        />
        <SegmentedControl
          size="xs"
          value={show}
          onChange={(next) => setShow(next as Show)}
          aria-label={t("show.label")}
          data={[
            { value: "all", label: t("show.all") },
            { value: "chosen", label: t("show.chosen", { count: known.length }) },
          ]}
        />
        {!props.readOnly && (
          <Group gap={6} wrap="nowrap">
            <Button
              variant="default"
              size="xs"
              leftSection={<ListChecks size={14} aria-hidden />}
              onClick={() => replace(readOnly(available))}
              title={t("readOnlyTitle")}
            >
              {t("readOnly")}
            </Button>
            <Button
              variant="default"
              size="xs"
              leftSection={<X size={14} aria-hidden />}
              disabled={value.length === 0}
              onClick={() => {
                setUndo(value);
                onChange([]);
              }}
            >
              {t("clear")}
            </Button>
          </Group>
        )}
      </div>

      <ScopeSummary
        available={available}
        chosen={known}
        before={before}
        all={scopesOf(categories).length}
        version={version}
      >
        {undo && (
          <Button variant="subtle" size="compact-xs" onClick={() => [onChange(undo), setUndo(undefined)]}>
            {t("undo")}
          </Button>
        )}
      </ScopeSummary>

      {unknown.length > 0 && (
        <Alert color="orange" variant="light" icon={<TriangleAlert size={16} aria-hidden />} p="sm">
          <Text size="sm">{t("gone", { count: unknown.length, version })}</Text>
          <Text size="xs" ff="monospace" mt={4}>
            {unknown.join(", ")}
          </Text>
          {!props.readOnly && (
            <Button variant="default" size="compact-xs" mt={6} onClick={() => change(unknown, false)}>
              {t("dropGone")}
            </Button>
          )}
        </Alert>
      )}
      {wanted !== "" && (
        <Group gap="xs" role="status">
          <Text size="sm">{t("found", { count: matches.length, text: wanted })}</Text>
          {!props.readOnly && unchosen.length > 0 && (
            <Button variant="subtle" size="compact-xs" onClick={() => change(unchosen, true)}>
              {t("addFound", { count: unchosen.length })}
            </Button>
          )}
        </Group>
      )}
      {wanted === "" && shown.length > 1 && (
        <Group gap={4} justify="flex-end">
          <Button variant="subtle" color="gray" size="compact-xs" onClick={openAll}>
            {t("openAll")}
          </Button>
          <Button variant="subtle" color="gray" size="compact-xs" onClick={closeAll}>
            {t("closeAll")}
          </Button>
        </Group>
      )}

      {shown.length > 0 ? (
        <ul className={classes.list}>
          {shown.map((category) => (
            <CategoryItem
              key={category.id}
              category={category}
              chosen={chosenOf(category, chosen)}
              before={earlier && chosenOf(category, earlier)}
              unmet={unmetOf(category, unmet)}
              faults={faults && category.scopes.some(({ id }) => id in faults) ? faults : undefined}
              open={wanted !== "" || show === "chosen" || isOpen(category.id)}
              fixed={wanted !== "" || show === "chosen"}
              readOnly={props.readOnly ?? false}
              onToggle={toggle}
              onChange={change}
            />
          ))}
        </ul>
      ) : (
        wanted === "" && (
          <Text c="dimmed" size="sm" py="md" ta="center">
            {t(show === "chosen" ? "noneChosen" : "none")}
          </Text>
        )
      )}
    </div>
  );
}

/** The chosen scopes of a category, as a text: equal texts spare a category from being drawn again. */
function chosenOf(category: Category, chosen: ReadonlySet<string>): string {
  return category.scopes.flatMap(({ id }) => (chosen.has(id) ? id : [])).join(" ");
}

function unmetOf(category: Category, unmet: ReturnType<typeof unmetNeeds>) {
  return category.scopes.some(({ id }) => unmet.has(id)) ? unmet : undefined;
}

const few = 15;

/** Which categories are open: at first all if there is little to see, else those with something chosen. */
function useOpen(available: Category[], value: string[], faults: Record<string, string> | undefined) {
  const [open, setOpen] = useState(() => {
    const chosen = new Set(value);
    const used = available.filter(({ scopes }) => scopes.some(({ id }) => chosen.has(id)));
    const all = scopesOf(available).length <= few;
    return new Set((all ? available : used.length <= 4 ? used : []).map(({ id }) => id));
  });
  const faulty = useMemo(() => {
    const wrong = (id: string) => faults !== undefined && id in faults;
    return new Set(available.filter(({ scopes }) => scopes.some(({ id }) => wrong(id))).map(({ id }) => id));
  }, [available, faults]);
  const toggle = useCallback((id: string) => {
    setOpen((old) => {
      const next = new Set(old);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }, []);
  return {
    isOpen: (id: string) => open.has(id) || faulty.has(id),
    toggle,
    openAll: () => setOpen(new Set(available.map(({ id }) => id))),
    closeAll: () => setOpen(new Set()),
  };
}
