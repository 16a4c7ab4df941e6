import { Button, Group, Text } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { BulkAction } from "./bulk";
import classes from "./tokens.module.css";
import type { Selection } from "./use-selection";

const BulkDialog = lazy(async () => ({ default: (await import("./bulk-dialog")).BulkDialog }));

/** What can be done with all selected tokens. */
export function BulkBar({ selection, onEnd }: { selection: Selection; onEnd: () => void }) {
  const { t } = useTranslation("tokens");
  const [action, setAction] = useState<BulkAction>();
  const count = selection.tokens.length;
  // What was not done stays selected, to go on with.
  const close = (done: string[]) => {
    setAction(undefined);
    selection.drop(done);
    onEnd();
  };
  return (
    <>
      <span className="visually-hidden" role="status">
        {count > 0 && t("select.count", { count })}
      </span>
      {count > 0 && (
        <Group className={classes.bar} gap="xs" role="region" aria-label={t("bulk.label")}>
          <Text size="sm" fw={600} me="auto">
            {t("select.count", { count })}
          </Text>
          <Button size="xs" variant="default" onClick={() => setAction("contact")}>
            {t("bulk.contact.open")}
          </Button>
          <Button size="xs" variant="default" onClick={() => setAction("disable")}>
            {t("bulk.disable.open")}
          </Button>
          <Button size="xs" variant="default" c="var(--mantine-color-error)" onClick={() => setAction("revoke")}>
            {t("bulk.revoke.open")}
          </Button>
          <Button size="xs" variant="subtle" color="gray" onClick={selection.clear}>
            {t("select.clear")}
          </Button>
        </Group>
      )}
      <Suspense>{action && <BulkDialog action={action} tokens={selection.tokens} onClose={close} />}</Suspense>
    </>
  );
}
