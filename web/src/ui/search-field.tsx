import { TextInput, type TextInputProps } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { Search } from "lucide-react";
import { useEffect, useState } from "react";

interface Props extends Omit<TextInputProps, "value" | "onChange"> {
  label: string;
  /** What is searched for now. */
  value: string;
  onChange: (text: string) => void;
  /** Shows the label, which is otherwise for screen readers. */
  withLabel?: boolean;
}

/** Searches as one types, and not for each letter. */
export function SearchField({ label, value, onChange, withLabel = false, ...rest }: Props) {
  const [text, setText] = useState(value);
  const ask = useDebouncedCallback(onChange, { delay: 250, flushOnUnmount: false });
  useEffect(() => setText((typed) => (typed.trim() === value ? typed : value)), [value]);
  return (
    <TextInput
      type="search"
      label={withLabel ? label : undefined}
      aria-label={withLabel ? undefined : label}
      placeholder={label}
      leftSection={<Search size={16} aria-hidden />}
      flex={1}
      miw={160}
      maw={360}
      maxLength={255}
      {...rest}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        ask(event.currentTarget.value.trim());
      }}
    />
  );
}
