import { Text } from "@mantine/core";
import type { Ref } from "react";
import { useTranslation } from "react-i18next";
import { ChipsField } from "@/ui/chips-field";
import { isEverywhere, isNetwork, maxNetworks } from "./networks";

export interface NetworksFieldProps {
  value: string[];
  onChange: (networks: string[]) => void;
  onBlur?: () => void;
  error?: string;
  /** What the server found wrong with single networks. */
  faults?: Record<string, string>;
  /** Whether the account's policy wants tokens bound to networks. */
  required?: boolean;
  ref?: Ref<HTMLInputElement>;
}

/** The networks from which a token may be used. */
export function NetworksField(props: NetworksFieldProps) {
  const { t } = useTranslation("form");
  const everywhere = props.value.filter(isEverywhere);
  return (
    <div>
      <ChipsField
        {...props}
        label={t("networks.label")}
        description={t(props.required ? "networks.wanted" : "networks.description")}
        placeholder="203.0.113.0/24"
        parse={(text) => text.split(/[\s,;]+/).filter(Boolean)}
        check={(entry) => (isNetwork(entry) ? undefined : t("networks.wrong"))}
        max={maxNetworks}
      />
      {everywhere.length > 0 && (
        <Text size="xs" mt={4}>
          {t("networks.everywhere", { network: everywhere.join(", ") })}
        </Text>
      )}
    </div>
  );
}
