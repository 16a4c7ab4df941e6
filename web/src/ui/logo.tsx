import { Group, Text } from "@mantine/core";
import mark from "./logo.svg";

/** The mark, and the name beside it where there is room. */
export function Logo({ withName = true }: { withName?: boolean }) {
  return (
    <Group gap={10} wrap="nowrap">
      <img src={mark} width={26} height={26} alt={withName ? "" : "Tokenry"} />
      {withName && (
        <Text fw={700} fz={17} lh={1} component="span">
          Tokenry
        </Text>
      )}
    </Group>
  );
}
