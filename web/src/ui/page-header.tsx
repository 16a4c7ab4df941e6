import { Group, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useEffect, useRef } from "react";
import { usePageTitle } from "./use-page-title";

interface Props {
  title: string;
  /** One sentence about what the page is for. */
  description?: ReactNode;
  /** A link to the page above this one. */
  back?: ReactNode;
  /** What stands beside the title, such as a status. */
  mark?: ReactNode;
  /** Buttons for the page as a whole. */
  actions?: ReactNode;
}

/** The top of a page. It names the tab and takes the focus, so that screen readers say which page has come. */
export function PageHeader({ title, description, back, mark, actions }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  usePageTitle(title);
  useEffect(() => {
    // What a page focuses by itself, and a dialog that is open, come first.
    if (document.activeElement === document.body) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <Stack gap={4} mb="lg">
      {back && <div>{back}</div>}
      <Group justify="space-between" align="flex-start" gap="sm">
        <Group gap="sm" miw={0}>
          <Title order={1} ref={heading} tabIndex={-1} style={{ outline: "none" }}>
            {title}
          </Title>
          {mark}
        </Group>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
      {description && (
        <Text c="dimmed" maw={720}>
          {description}
        </Text>
      )}
    </Stack>
  );
}
