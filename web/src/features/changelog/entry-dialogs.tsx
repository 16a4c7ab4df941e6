import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import { notifyDone } from "@/ui/notify";
import { type Entry, useDeleteEntry, usePublishEntry } from "./use-changelog";

interface Props {
  entry: Entry;
  onClose: () => void;
}

/** Asks before a draft is shown and people are told. */
export function PublishDialog({ entry, onClose }: Props) {
  return <Ask action="publish" entry={entry} change={usePublishEntry(entry.id)} onClose={onClose} />;
}

/** Asks before an entry is taken away. */
export function DeleteDialog({ entry, onClose }: Props) {
  return <Ask action="delete" entry={entry} change={useDeleteEntry(entry.id)} onClose={onClose} />;
}

interface AskProps extends Props {
  action: "publish" | "delete";
  change: ReturnType<typeof usePublishEntry> | ReturnType<typeof useDeleteEntry>;
}

function Ask({ action, entry, change, onClose }: AskProps) {
  const { t } = useTranslation("changelog");
  const confirm = () =>
    change.mutate(undefined, {
      onSuccess: () => {
        notifyDone(t(`${action}.done`));
        onClose();
      },
    });
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={t(`${action}.title`, { title: entry.title })}
      action={t(`${action}.action`)}
      onConfirm={confirm}
      pending={change.isPending}
      error={change.error}
      danger={action === "delete"}
    >
      <Text size="sm">{t(`${action}.text`)}</Text>
    </ConfirmDialog>
  );
}
