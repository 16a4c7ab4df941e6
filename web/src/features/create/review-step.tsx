import { Alert, Group, Stack, Text } from "@mantine/core";
import { TriangleAlert } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useContact } from "@/ui/contact-fields";
import { CopyButton } from "@/ui/copy-button";
import { scopesOf, unmetNeeds } from "@/ui/scope-picker";
import { endOf } from "@/ui/token-fields";
import { useFormat } from "@/ui/use-format";
import { linkTo } from "./prefill";
import { Fact, Facts, Section } from "./review-parts";
import { ReviewScopes } from "./review-scopes";
import { useWizard } from "./wizard-context";

/** All that was chosen, to be looked over once more, with a way back to each part. */
export function ReviewStep() {
  const { t } = useTranslation("create");
  const { form, available } = useWizard();
  const draft = form.getValues();
  const scopes = useMemo(() => available(draft.version, draft.scopes), [available, draft.version, draft.scopes]);
  return (
    <Stack gap="md">
      <Warnings scopes={scopes} />
      <SettingsReview />
      <ContactReview />
      <Section step="scopes">
        <ReviewScopes scopes={scopes} />
      </Section>
      <Group gap="xs">
        <CopyButton value={linkTo(draft, scopes)} label={t("link.copy")} withText size="xs" />
        <Text size="xs" c="dimmed" flex="1 1 220px">
          {t("link.about")}
        </Text>
      </Group>
    </Stack>
  );
}

function Warnings({ scopes }: { scopes: string[] }) {
  const { t } = useTranslation("create");
  const { form, catalog } = useWizard();
  const { version, expiry, decoy } = form.getValues();
  const format = useFormat();
  const chosen = new Set(scopes);
  const picked = scopesOf(catalog.categories).filter(({ id }) => chosen.has(id));
  const sensitive = picked.filter((scope) => scope.sensitive).length;
  const deprecated = catalog.versions.find(({ id, state }) => id === version && state === "deprecated");
  const unmet = unmetNeeds(catalog.categories, chosen);
  const lacking = [...new Set([...unmet.values()].flat().map(({ label }) => label))];
  const warnings = [
    decoy && t("warn.decoy"),
    lacking.length > 0 && t("warn.needs", { count: unmet.size, scopes: lacking.join(", ") }),
    sensitive > 0 && t("warn.sensitive", { count: sensitive }),
    deprecated &&
      (deprecated.sunset
        ? t("warn.sunset", { version, date: format.date(deprecated.sunset) })
        : t("warn.deprecated", { version })),
    expiry.kind === "never" && t("warn.never"),
  ].filter((warning) => warning !== false && warning !== undefined);
  if (warnings.length === 0) return null;
  return (
    <Alert color="orange" icon={<TriangleAlert size={18} aria-hidden />} title={t("warn.title")}>
      <Stack gap={4}>
        {warnings.map((warning) => (
          <Text key={warning} size="sm">
            {warning}
          </Text>
        ))}
      </Stack>
    </Alert>
  );
}

function SettingsReview() {
  const { t } = useTranslation("create");
  const { form, policy } = useWizard();
  const format = useFormat();
  const { name, description, version, expiry, networks, metadata } = form.getValues();
  const end = endOf(expiry, new Date(), policy);
  const pairs = metadata.filter(({ key, value }) => key !== "" || value !== "");
  return (
    <Section step="settings">
      <Facts>
        <Fact name={t("name.label")}>{name.trim()}</Fact>
        <Fact name={t("description.label")}>{description.trim() || <Nothing />}</Fact>
        <Fact name={t("version.label")}>{t("version.name", { version })}</Fact>
        <Fact name={t("review.expires")}>{end ? format.time(end.toISOString()) : t("review.never")}</Fact>
        <Fact name={t("review.networks")}>{networks.length > 0 ? networks.join(", ") : t("review.anywhere")}</Fact>
        {pairs.length > 0 && (
          <Fact name={t("review.metadata")}>{pairs.map(({ key, value }) => `${key}: ${value}`).join("\n")}</Fact>
        )}
      </Facts>
    </Section>
  );
}

function ContactReview() {
  const { t } = useTranslation("create");
  const { form, self } = useWizard();
  const { primary, developers } = form.getValues();
  const contact = useContact(primary, self).data;
  return (
    <Section step="contact">
      <Facts>
        <Fact name={t("review.primary")}>{contact ? `${contact.name} (${contact.email})` : primary}</Fact>
        <Fact name={t("review.developers")}>{developers.length > 0 ? developers.join(", ") : <Nothing />}</Fact>
      </Facts>
    </Section>
  );
}

function Nothing() {
  const { t } = useTranslation("create");
  return (
    <Text span size="sm" c="dimmed">
      {t("review.none")}
    </Text>
  );
}
