import { Box, type BoxProps } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./surface.module.css";

/** The ground that lists and tables lie on. */
export function Surface({ children, ...rest }: BoxProps & { children: ReactNode }) {
  return (
    <Box className={classes.surface} {...rest}>
      {children}
    </Box>
  );
}

/** Names with their values: give it Fact elements. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className={classes.facts}>{children}</dl>;
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
