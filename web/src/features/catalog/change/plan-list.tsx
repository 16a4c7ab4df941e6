import { Badge, Group, Stack, Text } from "@mantine/core";
import classes from "./change.module.css";

interface Props {
  title: string;
  color: string;
  groups: { title: string; ids: string[] }[];
}

/** One part of a plan: how many of each sort, and which on demand. */
export function PlanList({ title, color, groups }: Props) {
  return (
    <Group align="flex-start" gap="sm" wrap="nowrap">
      <Badge variant="light" color={color} tt="none" radius="sm" miw={84} style={{ flexShrink: 0 }}>
        {title}
      </Badge>
      <Stack gap={4} miw={0} flex={1}>
        {groups.map((group) =>
          group.ids.length === 0 ? (
            <Text key={group.title} size="sm">
              {group.title}
            </Text>
          ) : (
            <details key={group.title}>
              <Text component="summary" size="sm" style={{ cursor: "pointer" }}>
                {group.title}
              </Text>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keyboard too */}
              <ul className={classes.ids} tabIndex={0} aria-label={group.title}>
                {group.ids.map((id) => (
                  <li key={id}>
                    <code>{id}</code>
                  </li>
                ))}
              </ul>
            </details>
          ),
        )}
      </Stack>
    </Group>
  );
}
