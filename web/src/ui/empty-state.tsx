import { Center, Stack, Text, ThemeIcon, Title, type TitleOrder } from "@mantine/core";
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

interface Props {
  icon: LucideIcon;
  title: string;
  /** What to do about it, in a sentence or two. */
  children?: ReactNode;
  action?: ReactNode;
  /** Of the heading: 1 where it is the page's only one. */
  level?: TitleOrder;
}

/** Stands where there is nothing to show, and says what would be there. */
export function EmptyState({ icon: Icon, title, children, action, level = 2 }: Props) {
  return (
    <Center mih={280} p="lg">
      <Stack align="center" gap="sm" maw={460} ta="center">
        <ThemeIcon size={52} radius="xl" variant="light" aria-hidden>
          <Icon size={24} strokeWidth={1.7} />
        </ThemeIcon>
        <Title order={level} size="h2">
          {title}
        </Title>
        {children && (
          <Text c="dimmed" component="div">
            {children}
          </Text>
        )}
        {action}
      </Stack>
    </Center>
  );
}
