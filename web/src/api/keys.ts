/**
 * The names under which answers are cached. All but `me` and `config` belong to the account acted in and are dropped
 * when another one is chosen. Invalidating `keys.tokens` covers all that begin with it.
 */
export const keys = {
  config: ["config"] as const,
  me: ["me"] as const,
  account: (id: string) => ["accounts", id] as const,
  accounts: ["accounts"] as const,
  members: (accountId: string) => ["accounts", accountId, "members"] as const,
  leavers: ["leavers"] as const,
  contacts: ["contacts"] as const,
  catalog: ["catalog"] as const,
  policy: ["policy"] as const,
  tokens: ["tokens"] as const,
  token: (id: string) => ["tokens", id] as const,
  audit: ["audit"] as const,
  nodes: ["nodes"] as const,
  changelog: ["changelog"] as const,
  campaigns: ["campaigns"] as const,
  notices: ["notices"] as const,
  webhooks: ["webhooks"] as const,
  webhook: (id: string) => ["webhooks", id] as const,
};
