import { Anchor, Badge, Radio, Text } from "@mantine/core";
import { ExternalLink } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { useFormat } from "@/ui/use-format";
import classes from "./create.module.css";
import { choosable } from "./prefill";
import { useField, useWizard } from "./wizard-context";

/** The API versions that a new token may have, newest first. */
export function VersionChoice() {
  const { t } = useTranslation("create");
  const { form, catalog, available } = useWizard();
  const version = useField("version");
  const versions = choosable(catalog);
  const scopes = form.watch("scopes");
  const lost = scopes.filter((id) => !available(version.value, scopes).includes(id));
  const newest = versions.find(({ state }) => state === "current")?.id;
  return (
    <div>
      <Radio.Group
        label={t("version.label")}
        description={t("version.description")}
        value={version.value}
        onChange={version.onChange}
        error={version.error}
        required
      >
        <div className={classes.cards}>
          {versions.map((one, i) => (
            <div key={one.id} className={classes.card} data-checked={one.id === version.value || undefined}>
              <Radio
                ref={i === 0 ? version.ref : undefined}
                value={one.id}
                label={t("version.name", { version: one.id })}
                description={<About version={one} />}
                className={classes.cardMain}
              />
              {one.id === newest && versions.length > 1 && (
                <Badge variant="light" tt="none" radius="sm">
                  {t("version.newest")}
                </Badge>
              )}
              {one.state === "deprecated" && (
                <Badge variant="light" color="orange" tt="none" radius="sm">
                  {t("version.deprecated")}
                </Badge>
              )}
              {one.docs_url && (
                <Anchor href={one.docs_url} target="_blank" rel="noopener" size="xs" className={classes.cardLink}>
                  {t("version.docs", { version: one.id })}
                  <ExternalLink size={12} aria-hidden />
                </Anchor>
              )}
            </div>
          ))}
        </div>
      </Radio.Group>
      <Text size="sm" mt={lost.length > 0 ? 8 : 0} role="status">
        {lost.length > 0 && t("version.lost", { count: lost.length, version: version.value, scopes: lost.join(", ") })}
      </Text>
    </div>
  );
}

function About({ version }: { version: Schema["Version"] }) {
  const { t } = useTranslation("create");
  const { date } = useFormat();
  const { state, released, deprecated, sunset } = version;
  if (state !== "deprecated") return released && t("version.released", { date: date(released) });
  return [
    deprecated && t("version.deprecatedSince", { date: date(deprecated) }),
    sunset && t("version.sunset", { date: date(sunset) }),
  ]
    .filter(Boolean)
    .join(" ");
}
