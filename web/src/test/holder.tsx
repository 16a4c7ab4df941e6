import { type ReactNode, useState } from "react";

interface Props<T> {
  first: T;
  onChange?: (value: T) => void;
  children: (value: T, onChange: (value: T) => void) => ReactNode;
}

/** Keeps the value of an input under test, as a form would. */
export function Holder<T>({ first, onChange, children }: Props<T>) {
  const [value, setValue] = useState(first);
  return children(value, (next) => {
    setValue(next);
    onChange?.(next);
  });
}
