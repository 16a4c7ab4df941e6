import { Collapse, Stack, Switch, Text, UnstyledButton } from "@mantine/core";
import { ChevronRight } from "lucide-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/me";
import { ExpiryField, MetadataField, mustEnd, NetworksField } from "@/ui/token-fields";
import classes from "./create.module.css";
import { useField, useWizard } from "./wizard-context";

/** Settings that most tokens do without: opened by whoever wants them, and where the account's policy asks for some. */
export function MoreSettings() {
  const { t } = useTranslation("create");
  const { policy } = useWizard();
  const expiry = useField("expiry");
  const networks = useField("networks");
  const metadata = useField("metadata");
  const decoy = useField("decoy");
  const { can, operator } = useMe();
  const [open, setOpen] = useState(
    mustEnd(policy) ||
      (policy?.require_cidrs ?? false) ||
      expiry.value.kind !== "never" ||
      networks.value.length + metadata.value.length > 0 ||
      decoy.value,
  );
  const faulty = [expiry, networks, metadata, decoy].some(
    ({ error, faults }) => error || Object.keys(faults).length > 0,
  );
  const shown = open || faulty;
  const id = useId();
  return (
    <div>
      <UnstyledButton
        className={classes.more}
        aria-expanded={shown}
        aria-controls={id}
        disabled={faulty}
        onClick={() => setOpen(!open)}
      >
        <ChevronRight size={16} aria-hidden className={classes.chevron} data-open={shown || undefined} />
        <span>
          {t("more.label")}
          <Text span size="xs" c="dimmed" display="block">
            {t("more.description")}
          </Text>
        </span>
      </UnstyledButton>
      <Collapse expanded={shown} id={id}>
        <Stack gap="lg" pt="md" pl={{ base: 0, sm: 24 }}>
          <ExpiryField value={expiry.value} onChange={expiry.onChange} policy={policy} error={expiry.error} />
          <NetworksField {...networks} required={policy?.require_cidrs} />
          <MetadataField
            value={metadata.value}
            onChange={metadata.onChange}
            error={metadata.error}
            faults={metadata.faults}
          />
          {(can.admin || operator) && (
            <Switch
              label={t("decoy.label")}
              description={t("decoy.text")}
              checked={decoy.value}
              onChange={(event) => decoy.onChange(event.currentTarget.checked)}
              error={decoy.error}
            />
          )}
        </Stack>
      </Collapse>
    </div>
  );
}
