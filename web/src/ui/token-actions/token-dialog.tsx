import type { Schema } from "@/api/client";
import type { TokenAction } from "./actions";
import { DuplicateDialog } from "./duplicate-dialog";
import { RotateDialog } from "./rotate-dialog";
import { StateDialog } from "./state-dialog";
import { UpgradeDialog } from "./upgrade-dialog";

export type { TokenAction } from "./actions";

export interface TokenDialogProps {
  action: TokenAction;
  token: Schema["Token"];
  onClose: () => void;
  /** Called when the token has been deleted. */
  onDeleted?: () => void;
}

/** Asks what an action needs to know, does it, and shows what came of it. Render it only while it is open. */
export function TokenDialog({ action, token, onClose, onDeleted }: TokenDialogProps) {
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
