import { lazy, Suspense } from "react";
import type { Schema } from "@/api/client";
import type { TokenAction } from "./actions";

export type { TokenAction } from "./actions";

// Few who look at tokens change one: the dialogs are loaded when they open.
const DuplicateDialog = lazy(async () => ({ default: (await import("./duplicate-dialog")).DuplicateDialog }));
const RotateDialog = lazy(async () => ({ default: (await import("./rotate-dialog")).RotateDialog }));
const StateDialog = lazy(async () => ({ default: (await import("./state-dialog")).StateDialog }));
const UpgradeDialog = lazy(async () => ({ default: (await import("./upgrade-dialog")).UpgradeDialog }));

export interface TokenDialogProps {
  action: TokenAction;
  token: Schema["Token"];
  onClose: () => void;
  /** Called when the token has been deleted. */
  onDeleted?: () => void;
}

/** Asks what an action needs to know, does it, and shows what came of it. Render it only while it is open. */
export function TokenDialog(props: TokenDialogProps) {
  return (
    <Suspense>
      <Dialog {...props} />
    </Suspense>
  );
}

function Dialog({ action, token, onClose, onDeleted }: TokenDialogProps) {
  switch (action) {
    case "rotate":
      return <RotateDialog token={token} onClose={onClose} />;
    case "upgrade":
      return <UpgradeDialog token={token} onClose={onClose} />;
    case "duplicate":
      return <DuplicateDialog token={token} onClose={onClose} />;
    default:
      return <StateDialog action={action} token={token} onClose={onClose} onDeleted={onDeleted} />;
  }
}
