import { List, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Fact, Facts } from "@/ui/surface";
import { useFormat } from "@/ui/use-format";
import type { Entry } from "./use-audit";
import { useName } from "./use-name";

const times = /_at$/;

/** What changed, each with its value before and after. */
export function Changes({ entry }: { entry: Entry }) {
  const { t } = useTranslation("admin");
  const changes = Object.entries(entry.changes).sort(([a], [b]) => a.localeCompare(b));
  return (
    <Facts>
      {changes.map(([field, change]) => (
        <Fact
          key={field}
          name={t(`audit.field.${field.replace(".", "_")}` as "audit.field.name", { defaultValue: field })}
        >
          <Change field={field} change={change} accountId={entry.account_id} />
        </Fact>
      ))}
    </Facts>
  );
}

interface ChangeProps {
  field: string;
  change: Entry["changes"][string];
  accountId: string | null;
}

function Change({ field, change, accountId }: ChangeProps) {
  const { t } = useTranslation("admin");
  if (Array.isArray(change.old) && Array.isArray(change.new)) return <Lists old={change.old} now={change.new} />;
  const value = (of: unknown) => <Value field={field} value={of} accountId={accountId} />;
  if (isNothing(change.old)) return value(change.new);
  return (
    <>
      <span className="visually-hidden">{t("audit.before")} </span>
      <Text span size="sm" c="dimmed" td="line-through">
        {value(change.old)}
      </Text>
      <span aria-hidden> → </span>
      <span className="visually-hidden"> {t("audit.after")} </span>
      {value(change.new)}
    </>
  );
}

/** What two lists do not have in common. */
function Lists({ old, now }: { old: unknown[]; now: unknown[] }) {
  const { t } = useTranslation("admin");
  const only = (some: unknown[], other: unknown[]) => some.filter((item) => !other.includes(item)).map(String);
  const [added, removed] = [only(now, old), only(old, now)];
  return (
    <List size="sm" listStyleType="none">
      {added.map((item) => (
        <List.Item key={`+${item}`}>
          <span aria-hidden>+ </span>
          <span className="visually-hidden">{t("audit.added")} </span>
          {item}
        </List.Item>
      ))}
      {removed.map((item) => (
        <List.Item key={`-${item}`} c="dimmed">
          <span aria-hidden>− </span>
          <span className="visually-hidden">{t("audit.removed")} </span>
          {item}
        </List.Item>
      ))}
    </List>
  );
}

function Value({ field, value, accountId }: { field: string; value: unknown; accountId: string | null }) {
  const { t } = useTranslation("admin");
  const format = useFormat();
  if (isNothing(value)) return t("audit.nothing");
  if (typeof value === "boolean") return t(value ? "audit.yes" : "audit.no");
  if (typeof value === "number") return format.number(value);
  if (field === "contacts.primary") return <Contact id={String(value)} accountId={accountId} />;
  if (typeof value === "string") return times.test(field) ? format.time(value) : value;
  if (Array.isArray(value)) return value.join(", ");
  return Object.entries(value as object)
    .map(([key, inner]) => `${key}: ${typeof inner === "object" ? JSON.stringify(inner) : inner}`)
    .join(", ");
}

function Contact({ id, accountId }: { id: string; accountId: string | null }) {
  return useName("member", id, accountId) ?? id;
}

function isNothing(value: unknown): boolean {
  return (
    value === null ||
    value === undefined ||
    value === "" ||
    (typeof value === "object" && Object.keys(value).length === 0)
  );
}
