import { Badge, Button, Group } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

interface Props {
  values: string[];
  /** What the values are, for screen readers. */
  label: string;
  /** How many are shown before one asks for more. */
  limit?: number;
}

/** Several short texts, such as scopes or e-mail addresses: the first few, and the rest on demand. */
export function Tags({ values, label, limit = 5 }: Props) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const hidden = values.length - limit;
  const shown = all || hidden <= 1 ? values : values.slice(0, limit);
  return (
    <Group gap={6}>
      <Group component="ul" gap={6} m={0} p={0} style={{ listStyle: "none" }} aria-label={label}>
        {shown.map((value) => (
          <li key={value}>
            <Badge variant="default" radius="sm" tt="none" fw={500} h="auto" mih={22} style={{ whiteSpace: "normal" }}>
              {value}
            </Badge>
          </li>
        ))}
      </Group>
      {hidden > 1 && (
        <Button variant="subtle" size="compact-xs" onClick={() => setAll(!all)} aria-expanded={all}>
          {all ? t("tags.less") : t("tags.more", { count: hidden })}
        </Button>
      )}
    </Group>
  );
}
