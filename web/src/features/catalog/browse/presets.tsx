import { Group, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Row, Rows } from "@/ui/surface";
import { Tags } from "@/ui/tags";
import type { Catalog } from "./use-catalog";

/** The choices of scopes that people are offered. */
export function Presets({ catalog }: { catalog: Catalog }) {
  const { t } = useTranslation("admin");
  if (catalog.presets.length === 0) return null;
  return (
    <Stack gap="xs" component="section" aria-labelledby="presets">
      <Title order={2} size="h3" id="presets">
        {t("catalog.presets")}
      </Title>
      <Rows label={t("catalog.presets")} columns="minmax(0, 1fr) minmax(0, 2fr)" narrow="minmax(0, 1fr)">
        {catalog.presets.map((preset) => (
          <Row key={preset.id}>
            <div>
              <Group gap="xs">
                <Text size="sm" fw={600}>
                  {preset.label}
                </Text>
                <Text size="xs" c="dimmed">
                  {t("catalog.inVersions", { versions: preset.versions.join(", ") })}
                </Text>
              </Group>
              {preset.description && (
                <Text size="xs" c="dimmed">
                  {preset.description}
                </Text>
              )}
            </div>
            <Tags values={preset.scopes} label={t("catalog.scopes")} limit={4} />
          </Row>
        ))}
      </Rows>
    </Stack>
  );
}
