import type { FieldPath } from "react-hook-form";
import type { FieldError, Schema } from "@/api/client";
import { draftOf, noPolicy, type PolicyDraft, policyOf } from "./policy";

/** An account as a form holds it. */
export interface AccountDraft {
  type: string;
  name: string;
  external_id: string;
  policy: PolicyDraft;
}

export const newAccount: AccountDraft = { type: "", name: "", external_id: "", policy: noPolicy };

export function accountDraft(account: Schema["Account"]): AccountDraft {
  const { type, name, external_id, policy } = account;
  return { type, name, external_id: external_id ?? "", policy: draftOf(policy) };
}

export function createRequest({ type, ...draft }: AccountDraft): Schema["CreateAccountRequest"] {
  return { type, ...settings(draft) };
}

/** What differs from the account: admins may change nothing but the policy. */
export function changesOf(account: Schema["Account"], draft: AccountDraft): Schema["UpdateAccountRequest"] {
  const next = settings(draft);
  const policy: Schema["PolicyPatch"] = Object.fromEntries(
    Object.entries(next.policy).filter(([key, value]) => account.policy[key as keyof Schema["Policy"]] !== value),
  );
  return {
    ...(next.name !== account.name && { name: next.name }),
    ...(next.external_id !== account.external_id && { external_id: next.external_id }),
    ...(Object.keys(policy).length > 0 && { policy }),
  };
}

function settings({ name, external_id, policy }: Omit<AccountDraft, "type">) {
  return { name: name.trim(), external_id: external_id.trim() || null, policy: policyOf(policy) };
}

/** The input that a fault of the server is about. */
export function inputOf({ field }: FieldError): FieldPath<AccountDraft> | undefined {
  if (field === "policy.max_lifetime_seconds") return "policy.life";
  if (field === "policy.unused_after_days") return field;
  if (field === "type" || field === "name" || field === "external_id") return field;
  return undefined;
}
