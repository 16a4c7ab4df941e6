import { Checkbox, Fieldset, SimpleGrid, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useEventName } from "@/ui/event-name";
import { groups, has, wildcard, withGroup, withType } from "./events";

interface Props {
  value: string[];
  onChange: (value: string[]) => void;
  error?: string;
}

/** Chooses the types of events, one by one or by the group. */
export function EventChoice({ value, onChange, error }: Props) {
  const { t } = useTranslation(["webhooks", "events"]);
  const name = useEventName();
  return (
    <Fieldset legend={t("events.legend")}>
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {t("events.text")}
        </Text>
        {error && (
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {error}
          </Text>
        )}
        {groups.map((group) => {
          const all = value.includes(wildcard(group.id));
          const some = group.types.some((type) => value.includes(type));
          return (
            <div key={group.id} role="group" aria-label={t(`events:group.${group.id}`)}>
              <Checkbox
                label={t("events.all", { group: t(`events:group.${group.id}`) })}
                fw={600}
                checked={all}
                indeterminate={!all && some}
                onChange={(event) => onChange(withGroup(value, group.id, event.currentTarget.checked))}
              />
              <SimpleGrid cols={{ base: 1, xs: 2 }} spacing={6} mt={8} ms={28}>
                {group.types.map((type) => (
                  <Checkbox
                    key={type}
                    label={name(type)}
                    description={type}
                    checked={has(value, group.id, type)}
                    onChange={(event) => onChange(withType(value, group, type, event.currentTarget.checked))}
                  />
                ))}
              </SimpleGrid>
            </div>
          );
        })}
      </Stack>
    </Fieldset>
  );
}
