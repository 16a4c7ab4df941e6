import { Box, type BoxProps } from "@mantine/core";
import type { CSSProperties, ReactNode } from "react";
import classes from "./surface.module.css";

/** The ground that lists and tables lie on. */
export function Surface({ children, ...rest }: BoxProps & { children: ReactNode }) {
  return (
    <Box className={classes.surface} {...rest}>
      {children}
    </Box>
  );
}

interface RowsProps {
  label: string;
  /** The columns' widths, as of a CSS grid. */
  columns: string;
  /** The same where it is narrow; two columns unless said. */
  narrow?: string;
  children: ReactNode;
}

/** A list whose entries lie in columns, and in fewer where it is narrow: give it Row elements. */
export function Rows({ label, columns, narrow, children }: RowsProps) {
  return (
    <Surface>
      <ul
        className={classes.rows}
        aria-label={label}
        style={{ "--columns": columns, "--narrow": narrow } as CSSProperties}
      >
        {children}
      </ul>
    </Surface>
  );
}

export function Row({ children }: { children: ReactNode }) {
  return <li className={classes.row}>{children}</li>;
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
