import { Button, Group, Text } from "@mantine/core";
import { Pencil } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { TokenAction } from "@/ui/token-actions";
import type { Revision } from "../use-token";
import { EditForm } from "./edit-form";
import { SettingsView } from "./settings-view";

interface Props extends Revision {
  editable: boolean;
  onAct: (action: TokenAction) => void;
}

/** The settings of a token, to read, and in their place the form that changes them. */
export function OverviewTab({ token, etag, editable, onAct }: Props) {
  const { t } = useTranslation("token");
  // The revision that is being edited stays the one that the form began with.
  const [editing, setEditing] = useState<Revision>();
  const button = useRef<HTMLButtonElement>(null);
  const end = () => {
    setEditing(undefined);
    setTimeout(() => button.current?.focus());
  };
  if (editing && editable) return <EditForm start={editing} onDone={end} />;
  return (
    <>
      <Group justify="space-between" gap="xs" mb="md">
        <Text c="dimmed" size="sm">
          {t("overview.text")}
        </Text>
        {editable && (
          <Button
            ref={button}
            variant="default"
            leftSection={<Pencil size={15} aria-hidden />}
            onClick={() => setEditing({ token, etag })}
          >
            {t("overview.edit")}
          </Button>
        )}
      </Group>
      <SettingsView token={token} editable={editable} onAct={onAct} />
    </>
  );
}
