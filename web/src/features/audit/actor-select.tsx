import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "@/api/client";
import { keys } from "@/api/keys";
import { useMe } from "@/api/me";
import { actorKinds } from "./actions";
import type { Entry } from "./use-audit";

const most = 200;

interface Props {
  value: string | undefined;
  /** The account whose log is shown; undefined for all. */
  owner: string | undefined;
  entries: Entry[];
  onChange: (actor: string | undefined) => void;
}

/** Chooses who did it: a sort of actor, a member of the account, or somebody seen in the log. */
export function ActorSelect({ value, owner, entries, onChange }: Props) {
  const { t } = useTranslation(["admin", "common"]);
  const { operator, accountId } = useMe();
  const account = operator ? owner : accountId;
  const members = useQuery({
    queryKey: [...keys.members(account ?? ""), "first"],
    queryFn: async ({ signal }) =>
      unwrap(
        await api.GET("/accounts/{id}/members", {
          params: { path: { id: account ?? "" }, query: { limit: most } },
          signal,
        }),
      ).items,
    enabled: account !== undefined,
    staleTime: 60_000,
  }).data;

  const kinds = actorKinds.map((kind) => ({ value: kind as string, label: t(`audit.actor.any.${kind}`) }));
  const people = (members ?? []).map(({ id, name, email }) => ({ value: `member:${id}`, label: `${name} (${email})` }));
  const known = value === undefined || [...kinds, ...people].some((option) => option.value === value);
  const seen = entries.find(({ actor }) => `${actor.kind}:${actor.id}` === value)?.actor.name;
  return (
    <Select
      label={t("audit.filter.actor")}
      placeholder={t("audit.filter.any")}
      clearable
      clearButtonProps={{ "aria-label": t("common:action.clear") }}
      searchable
      nothingFoundMessage={t("audit.filter.none")}
      data={[
        ...(known ? [] : [{ value: value ?? "", label: seen || (value ?? "") }]),
        { group: t("audit.filter.kinds"), items: kinds },
        ...(people.length > 0 ? [{ group: t("account.tab.members"), items: people }] : []),
      ]}
      value={value ?? null}
      onChange={(actor) => onChange(actor ?? undefined)}
    />
  );
}
