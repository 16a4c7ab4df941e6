import { Fragment, type ReactNode } from "react";

interface Props {
  /** A text that says <1/>, <2/> and so on where the parts belong. */
  text: string;
  parts: Record<number, ReactNode>;
}

/** A text with elements in it. Whatever a part holds, a name for instance, is shown as it is and never read as markup. */
export function Filled({ text, parts }: Props) {
  return text.split(/<(\d)\/>/).map((piece, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: pieces are told apart by their place alone
    <Fragment key={i}>{i % 2 === 0 ? piece : parts[Number(piece)]}</Fragment>
  ));
}
