import { Pill, PillsInput, Text, UnstyledButton } from "@mantine/core";
import { type ClipboardEvent, type KeyboardEvent, type ReactNode, type Ref, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./chips-field.module.css";

export interface ChipsFieldProps {
  label: string;
  description?: ReactNode;
  placeholder?: string;
  value: string[];
  onChange: (value: string[]) => void;
  onBlur?: () => void;
  /** Takes apart what was typed or pasted. */
  parse: (text: string) => string[];
  /** Says what is wrong with an entry; undefined for nothing. */
  check: (entry: string) => string | undefined;
  /** How many entries there may be. */
  max: number;
  /** What is wrong with the entries as a whole. */
  error?: string;
  /** What the server found wrong with single entries, by what they say. */
  faults?: Record<string, string>;
  required?: boolean;
  disabled?: boolean;
  ref?: Ref<HTMLInputElement>;
}

/**
 * Takes several short texts, each as a chip: typed and ended by Enter or a comma, or pasted together. A chip with a
 * fault stays, is marked, and goes back to be edited when it is clicked. Nothing typed is thrown away.
 */
export function ChipsField(props: ChipsFieldProps) {
  const { label, value, onChange, parse, max, error } = props;
  const { t } = useTranslation("form");
  const [text, setText] = useState("");
  const [said, setSaid] = useState("");
  const faultsId = useId();

  const faultOf = (entry: string, i: number) =>
    props.check(entry) ?? (same(value.slice(0, i), entry) ? t("chips.twice") : undefined) ?? props.faults?.[entry];
  const faulty = value.flatMap((entry, i) => {
    const fault = faultOf(entry, i);
    return fault ? [{ entry, fault }] : [];
  });

  const add = (typed: string) => {
    const entries = parse(typed);
    setText("");
    const fresh: string[] = [];
    for (const entry of entries) if (!same(value, entry) && !same(fresh, entry)) fresh.push(entry);
    if (fresh.length > 0) onChange([...value, ...fresh]);
    const wrong = fresh.filter((entry) => props.check(entry)).length;
    const doubles = entries.length - fresh.length;
    setSaid(
      [
        fresh.length > 0 && t("chips.added", { count: fresh.length }),
        wrong > 0 && t("chips.wrong", { count: wrong }),
        doubles > 0 && t("chips.doubles", { count: doubles }),
      ]
        .filter(Boolean)
        .join(" "),
    );
  };
  const drop = (entry: string) => {
    onChange(value.filter((other) => other !== entry));
    setSaid(t("chips.removed", { entry }));
  };
  const edit = (entry: string) => {
    onChange(value.filter((other) => other !== entry));
    setText(entry);
    setSaid(t("chips.editing", { entry }));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return;
    const last = value.at(-1);
    if ((event.key === "Enter" || event.key === "," || event.key === ";") && text.trim() !== "") {
      event.preventDefault();
      add(text);
    } else if (event.key === "Backspace" && text === "" && last !== undefined) {
      event.preventDefault();
      edit(last);
    }
  };
  const onPaste = (event: ClipboardEvent<HTMLInputElement>) => {
    const pasted = event.clipboardData.getData("text");
    if (text !== "" || parse(pasted).length < 2) return;
    event.preventDefault();
    add(pasted);
  };

  return (
    <div>
      <PillsInput
        label={label}
        description={props.description}
        error={error ?? faulty.length > 0}
        required={props.required}
        disabled={props.disabled}
        className={classes.field}
      >
        <Pill.Group>
          {value.map((entry, i) => (
            <Chip
              // biome-ignore lint/suspicious/noArrayIndexKey: an entry may be there twice
              key={`${entry} ${i}`}
              entry={entry}
              fault={faultOf(entry, i)}
              disabled={props.disabled ?? false}
              onDrop={() => drop(entry)}
              onEdit={() => edit(entry)}
            />
          ))}
          <PillsInput.Field
            ref={props.ref}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            onKeyDown={onKeyDown}
            onPaste={onPaste}
            onBlur={() => {
              if (text.trim() !== "") add(text);
              props.onBlur?.();
            }}
            placeholder={value.length === 0 ? props.placeholder : undefined}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
          />
        </Pill.Group>
      </PillsInput>
      <div id={faultsId}>
        {faulty.map(({ entry, fault }) => (
          <Text key={entry} size="xs" c="var(--mantine-color-error)" mt={4}>
            <b>{entry}</b>: {fault}
          </Text>
        ))}
      </div>
      {/* It is always there: what stands below must not move when a click elsewhere ends an entry. */}
      <Text size="xs" c="dimmed" mt={4} className={classes.count}>
        {t("chips.count", { count: value.length, max })}
      </Text>
      <span className="visually-hidden" role="status">
        {said}
      </span>
    </div>
  );
}

interface ChipProps {
  entry: string;
  fault: string | undefined;
  disabled: boolean;
  onDrop: () => void;
  onEdit: () => void;
}

function Chip({ entry, fault, disabled, onDrop, onEdit }: ChipProps) {
  const { t } = useTranslation("form");
  return (
    <Pill
      className={fault ? classes.wrong : undefined}
      withRemoveButton
      disabled={disabled}
      onRemove={onDrop}
      removeButtonProps={{ "aria-label": t("chips.remove", { entry }), "aria-hidden": false, tabIndex: 0 }}
    >
      {fault && !disabled ? (
        <UnstyledButton
          className={classes.edit}
          onClick={onEdit}
          aria-label={t("chips.edit", { entry, fault })}
          title={fault}
        >
          {entry}
        </UnstyledButton>
      ) : (
        entry
      )}
    </Pill>
  );
}

function same(entries: string[], entry: string): boolean {
  return entries.some((other) => other.toLowerCase() === entry.toLowerCase());
}
