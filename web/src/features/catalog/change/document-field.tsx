import { Button, FileButton, Group, Stack, Text, Textarea } from "@mantine/core";
import { FileText } from "lucide-react";
import { type DragEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./change.module.css";
import { maxSize } from "./source";

/** More than so many characters would make the browser slow. */
const shown = 500_000;

interface Props {
  value: string;
  onChange: (text: string) => void;
  error?: string;
}

/** Takes a document: dropped, chosen from the disk, or pasted. */
export function DocumentField({ value, onChange, error }: Props) {
  const { t } = useTranslation("admin");
  const [over, setOver] = useState(false);
  const [file, setFile] = useState<string>();
  const [fault, setFault] = useState<string>();
  const long = value.length > shown;
  const read = async (chosen: File | null | undefined) => {
    if (!chosen) return;
    if (chosen.size > maxSize) {
      setFault(t("change.tooLarge"));
      return;
    }
    setFault(undefined);
    setFile(chosen.name);
    onChange(await chosen.text());
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    read(event.dataTransfer.files[0]);
  };
  return (
    <Stack
      gap="xs"
      className={classes.drop}
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      <Group gap="sm">
        <FileButton accept=".yaml,.yml,.json" onChange={read}>
          {(props) => (
            <Button {...props} variant="default" leftSection={<FileText size={16} aria-hidden />}>
              {t("change.choose")}
            </Button>
          )}
        </FileButton>
        <Text size="sm" c="dimmed" role="status">
          {file ? t("change.read", { file }) : t("change.drop")}
        </Text>
      </Group>
      <Textarea
        label={t("change.text")}
        value={long ? "" : value}
        placeholder={long ? t("change.long") : undefined}
        readOnly={long}
        onChange={(event) => {
          setFile(undefined);
          onChange(event.currentTarget.value);
        }}
        rows={8}
        spellCheck={false}
        autoComplete="off"
        styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: 12 } }}
        error={fault ?? error}
      />
    </Stack>
  );
}
