import { Input, Text, UnstyledButton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "./create.module.css";
import type { Preset } from "./prefill";
import { useField, useWizard } from "./wizard-context";

/** Choices of scopes that the catalog suggests, to begin with. */
export function PresetChoice() {
  const { t } = useTranslation("create");
  const { catalog, available, beforePreset } = useWizard();
  const version = useField("version");
  const scopes = useField("scopes");
  const presets = catalog.presets.filter(({ versions }) => versions.includes(version.value));
  if (presets.length === 0) return null;

  const chosen = new Set(available(version.value, scopes.value));
  const offers = (preset: Preset) => available(version.value, preset.scopes);
  const isOn = (preset: Preset) => {
    const ids = offers(preset);
    return ids.length > 0 && ids.length === chosen.size && ids.every((id) => chosen.has(id));
  };
  const choose = (preset: Preset) => {
    if (isOn(preset)) {
      scopes.onChange(beforePreset.current);
      return;
    }
    if (!presets.some(isOn)) beforePreset.current = scopes.value;
    scopes.onChange(offers(preset));
  };
  return (
    <Input.Wrapper labelElement="div" label={t("preset.label")} description={t("preset.description")}>
      <div className={classes.presets} role="group" aria-label={t("preset.label")}>
        {presets.map((preset) => (
          <UnstyledButton
            key={preset.id}
            className={classes.preset}
            aria-pressed={isOn(preset)}
            onClick={() => choose(preset)}
          >
            <Text size="sm" fw={600}>
              {preset.label}
            </Text>
            {preset.description && (
              <Text size="xs" c="dimmed">
                {preset.description}
              </Text>
            )}
            <Text size="xs" c="dimmed" mt={4}>
              {t("preset.scopes", { count: offers(preset).length })}
            </Text>
          </UnstyledButton>
        ))}
      </div>
      <span className="visually-hidden" role="status">
        {presets.some(isOn) && t("preset.chosen", { count: chosen.size })}
      </span>
    </Input.Wrapper>
  );
}
