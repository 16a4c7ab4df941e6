import { Alert, Button, Checkbox, Group, Modal, Select, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { catalogQuery } from "@/api/catalog";
import { api, type Schema, unwrap } from "@/api/client";
import { keys } from "@/api/keys";
import { ErrorAlert } from "@/ui/error-alert";
import { notifyDone } from "@/ui/notify";
import { laterVersions } from "./actions";
import { useUpgrade } from "./use-token-changes";

/** Moves a token to a later API version, once it is clear which scopes vanish and appear. */
export function UpgradeDialog({ token, onClose }: { token: Schema["Token"]; onClose: () => void }) {
  const { t, i18n } = useTranslation(["actions", "common"]);
  const catalog = useQuery(catalogQuery(i18n.language));
  const versions = laterVersions(token.version, catalog.data?.versions ?? []);
  const [chosen, setChosen] = useState<string>();
  const [added, setAdded] = useState<string[]>([]);
  const version = chosen ?? versions[0]?.id;
  const plan = usePlan(token.id, version);
  const upgrade = useUpgrade(token);
  const labels = useLabels(catalog.data);
  const kept = token.scopes.filter((scope) => !plan.data?.removed_scopes.includes(scope));
  const scopes = [...kept, ...added];

  const submit = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    if (!version) return;
    upgrade.mutate(
      { version, scopes },
      {
        onSuccess: () => {
          notifyDone(t("upgrade.done", { name: token.name, version }));
          onClose();
        },
      },
    );
  };
  return (
    <Modal
      opened
      onClose={upgrade.isPending ? () => {} : onClose}
      title={t("upgrade.title", { name: token.name })}
      size="lg"
      closeButtonProps={{ "aria-label": t("common:action.close") }}
    >
      <form onSubmit={submit}>
        <Stack>
          <Select
            label={t("upgrade.version")}
            description={t("upgrade.from", { version: token.version })}
            data={versions.map(({ id, state }) => ({
              value: id,
              label: state === "deprecated" ? `${id} (${t("common:status.deprecated")})` : id,
            }))}
            value={version ?? null}
            onChange={(id) => {
              setChosen(id ?? undefined);
              setAdded([]);
            }}
            allowDeselect={false}
          />
          {(catalog.error ?? plan.error) && <ErrorAlert error={catalog.error ?? plan.error} onRetry={plan.refetch} />}
          {plan.isPending && !plan.error && <Skeleton h={120} />}
          {plan.data && (
            <>
              <Text size="sm">{t("upgrade.kept", { count: kept.length })}</Text>
              <Vanishing scopes={plan.data.removed_scopes} labels={labels} />
              <Appearing scopes={plan.data.new_scopes} labels={labels} value={added} onChange={setAdded} />
            </>
          )}
          {plan.data && scopes.length === 0 && <Alert color="yellow">{t("upgrade.nothingLeft")}</Alert>}
          {upgrade.error && <ErrorAlert error={upgrade.error} fields />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose} disabled={upgrade.isPending}>
              {t("common:action.cancel")}
            </Button>
            <Button type="submit" loading={upgrade.isPending} disabled={!plan.data || scopes.length === 0}>
              {t("upgrade.action", { version })}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function usePlan(id: string, version: string | undefined) {
  return useQuery({
    queryKey: [...keys.token(id), "upgrade", version],
    queryFn: async ({ signal }) =>
      unwrap(
        await api.GET("/tokens/{id}/upgrade", {
          params: { path: { id }, query: { version: version ?? "" } },
          signal,
        }),
      ),
    enabled: version !== undefined,
  });
}

function useLabels(catalog: Schema["Catalog"] | undefined): Map<string, string> {
  return useMemo(
    () => new Map(catalog?.categories.flatMap(({ scopes }) => scopes.map(({ id, label }) => [id, label] as const))),
    [catalog],
  );
}

function Vanishing({ scopes, labels }: { scopes: string[]; labels: Map<string, string> }) {
  const { t } = useTranslation("actions");
  if (scopes.length === 0) return null;
  return (
    <Alert color="orange" title={t("upgrade.vanish", { count: scopes.length })}>
      <ul style={{ margin: 0, paddingInlineStart: 18 }}>
        {scopes.map((id) => (
          <li key={id}>
            {labels.get(id) ?? id} <code>{id}</code>
          </li>
        ))}
      </ul>
    </Alert>
  );
}

interface AppearingProps {
  scopes: string[];
  labels: Map<string, string>;
  value: string[];
  onChange: (scopes: string[]) => void;
}

/** None is ticked: a right is never granted silently. */
function Appearing({ scopes, labels, value, onChange }: AppearingProps) {
  const { t } = useTranslation("actions");
  if (scopes.length === 0) return null;
  return (
    <Checkbox.Group
      label={t("upgrade.appear", { count: scopes.length })}
      description={t("upgrade.appearText")}
      value={value}
      onChange={onChange}
    >
      <Stack gap={6} mt={8} mah={220} style={{ overflowY: "auto" }}>
        {scopes.map((id) => (
          <Checkbox key={id} value={id} label={labels.get(id) ?? id} description={labels.has(id) ? id : undefined} />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}
