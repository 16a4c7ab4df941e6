import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useContact } from "@/ui/contact-fields/use-contacts";
import { useFormat } from "@/ui/use-format";
import { useScopeLabels } from "./scopes/use-scope-labels";
import classes from "./token.module.css";

/** By field, as the audit log names them, what it was and what it is. */
export type ChangeMap = Partial<Record<string, { old?: unknown; new?: unknown }>>;

const order = [
  "name",
  "description",
  "version",
  "contacts.primary",
  "contacts.developers",
  "scopes",
  "expires_at",
  "allowed_cidrs",
  "metadata",
  "claims",
  "secret_hint",
] as const;
type FieldName = (typeof order)[number];

/** The fields of which something can be said. */
export function tellable(changes: ChangeMap): FieldName[] {
  return order.filter((field) => changes[field]);
}

/** What was changed, or will be: field by field, old and new. */
export function ChangesList({ changes }: { changes: ChangeMap }) {
  const { t } = useTranslation("token");
  return (
    <dl className={classes.diff}>
      {tellable(changes).map((field) => (
        <div key={field} style={{ display: "contents" }}>
          <dt>{t(`field.${field}`)}</dt>
          <dd>
            <Difference field={field} old={changes[field]?.old} now={changes[field]?.new} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

interface DifferenceProps {
  field: FieldName;
  old: unknown;
  now: unknown;
}

function Difference({ field, old, now }: DifferenceProps) {
  const { t } = useTranslation("token");
  if (isList(old) || isList(now)) return <ListDifference field={field} old={texts(old)} now={texts(now)} />;
  if (isRecord(old) || isRecord(now)) return <ListDifference field={field} old={pairs(old)} now={pairs(now)} />;
  return (
    <span className={classes.fromTo}>
      {!isEmpty(old) && (
        <>
          <span className="visually-hidden">{t("change.from")}</span>
          <del className={classes.old}>
            <Value field={field} value={old} />
          </del>
          <span aria-hidden>→</span>
        </>
      )}
      <span className="visually-hidden">{t("change.to")}</span>
      <Value field={field} value={now} />
    </span>
  );
}

function ListDifference({ field, old, now }: { field: FieldName; old: string[]; now: string[] }) {
  const { t } = useTranslation("token");
  const lacking = (some: string[], of: string[]) => some.filter((entry) => !of.includes(entry));
  const line = (kind: "added" | "removed", entry: string) => (
    <li key={`${kind} ${entry}`}>
      <span className={kind === "added" ? classes.plus : classes.minus} aria-hidden>
        {kind === "added" ? "+" : "−"}
      </span>
      <span className="visually-hidden">{t(`change.${kind}`)}</span> <Value field={field} value={entry} />
    </li>
  );
  return (
    <ul className={classes.list}>
      {lacking(old, now).map((entry) => line("removed", entry))}
      {lacking(now, old).map((entry) => line("added", entry))}
    </ul>
  );
}

/** One value of a field, in words. */
export function Value({ field, value }: { field: string; value: unknown }) {
  const { t } = useTranslation("token");
  const format = useFormat();
  if (isEmpty(value))
    return (
      <Text inherit span c="dimmed">
        {t(field === "expires_at" ? "value.never" : "value.none")}
      </Text>
    );
  switch (field) {
    case "contacts.primary":
      return <ContactName id={String(value)} />;
    case "scopes":
      return <ScopeName id={String(value)} />;
    case "expires_at":
      return <span>{format.time(String(value))}</span>;
    case "secret_hint":
      return <code>…{String(value)}</code>;
    default:
      return <span className={classes.text}>{isList(value) ? format.list(texts(value)) : plain(value)}</span>;
  }
}

/** A member by name; by id if they are no contact any more. */
export function ContactName({ id }: { id: string }) {
  const { data } = useContact(id);
  return data ? <span title={data.email}>{data.name}</span> : <code>{id}</code>;
}

function ScopeName({ id }: { id: string }) {
  const label = useScopeLabels().get(id);
  return label ? (
    <>
      {label}{" "}
      <Text span size="xs" c="dimmed" ff="monospace">
        {id}
      </Text>
    </>
  ) : (
    <code>{id}</code>
  );
}

const isList = (value: unknown): value is unknown[] => Array.isArray(value);
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !isList(value);
const isEmpty = (value: unknown) =>
  value === null || value === undefined || value === "" || (isList(value) && value.length === 0);
const texts = (value: unknown) => (isList(value) ? value.map(String) : []);
const pairs = (value: unknown) => (isRecord(value) ? Object.entries(value).map(([key, one]) => `${key}: ${one}`) : []);
const plain = (value: unknown) => (isRecord(value) ? pairs(value).join("\n") : String(value));
