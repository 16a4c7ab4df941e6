/** What the log tells of, by what it was done to. */
export const actions = {
  token: [
    "created",
    "updated",
    "rotated",
    "previous_secret_ended",
    "disabled",
    "enabled",
    "revoked",
    "deleted",
    "scopes_removed",
    "leaked",
    "decoy_used",
    "version_acknowledged",
  ],
  member: ["created", "updated", "sign_in_link_made", "signed_in", "signed_out"],
  user: ["signed_in", "signed_out"],
  account: ["created", "updated"],
  catalog: ["applied"],
  authorization: ["refused"],
  pepper: ["added", "retired"],
  root_key: ["rotated"],
  signing_key: ["added", "retired"],
  webhook: ["created", "updated", "rotated", "enabled", "disabled", "deleted", "tested", "redelivered"],
  changelog: ["created", "updated", "published", "deleted"],
  notices: ["unsubscribed", "subscribed"],
  audit: ["cut"],
} as const;

export type Sort = keyof typeof actions;
export const sorts = Object.keys(actions) as Sort[];
/** Sorts of which an account's own log tells. */
export const accountSorts: Sort[] = ["token", "member", "account", "webhook", "notices", "authorization"];

export type Action = { [S in Sort]: `${S}.${(typeof actions)[S][number]}` }[Sort];

export function isKnown(action: string): action is Action {
  const [sort, verb] = action.split(".");
  return sort !== undefined && sort in actions && (actions[sort as Sort] as readonly string[]).includes(verb ?? "");
}

export const actorKinds = ["member", "token", "user", "local", "system", "unknown"] as const;
