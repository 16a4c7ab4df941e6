import type { Schema } from "@/api/client";

/** What can be done with a token, in the order in which it is offered. */
export const tokenActions = ["rotate", "upgrade", "duplicate", "disable", "enable", "revoke", "delete"] as const;
export type TokenAction = (typeof tokenActions)[number];

/** Whether an action takes something away that cannot be brought back. */
export function isFinal(action: TokenAction): boolean {
  return action === "revoke" || action === "delete";
}

type Status = Schema["TokenStatus"];

const inStatus: Record<TokenAction, Status[]> = {
  rotate: ["active", "disabled"],
  upgrade: ["active", "disabled"],
  duplicate: ["active", "disabled", "expired", "revoked"],
  disable: ["active"],
  enable: ["disabled"],
  revoke: ["active", "disabled", "expired"],
  delete: ["active", "disabled", "expired", "revoked"],
};

/** The actions that make sense for a token; none to upgrade to if it has the last version that is on offer. */
export function actionsFor(token: Pick<Schema["Token"], "status" | "version">, versions: Schema["Version"][]) {
  return tokenActions.filter(
    (action) =>
      inStatus[action].includes(token.status) &&
      (action !== "upgrade" || laterVersions(token.version, versions).length > 0),
  );
}

/** The versions that a token of this one may go up to, newest first. */
export function laterVersions(version: string, versions: Schema["Version"][]): Schema["Version"][] {
  const at = versions.findIndex(({ id }) => id === version);
  return versions
    .slice(at + 1)
    .filter(({ state }) => state !== "retired")
    .reverse();
}
