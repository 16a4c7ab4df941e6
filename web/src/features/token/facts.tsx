import { Card, Group, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";
import classes from "./token.module.css";

interface SectionProps {
  title: string;
  /** Buttons for the section as a whole. */
  actions?: ReactNode;
  children: ReactNode;
}

/** A part of a tab, under a title of its own. */
export function Section({ title, actions, children }: SectionProps) {
  const id = useId();
  return (
    <Card component="section" aria-labelledby={id} className={classes.section}>
      <Group justify="space-between" gap="xs" mb="sm">
        <Title order={3} id={id}>
          {title}
        </Title>
        {actions}
      </Group>
      {children}
    </Card>
  );
}

/** Names with their values, in wider columns than elsewhere: give it Fact elements. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className={classes.facts}>{children}</dl>;
}
