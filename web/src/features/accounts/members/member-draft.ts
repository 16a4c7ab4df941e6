import type { Schema } from "@/api/client";
import { languages } from "@/locales/i18n";
import type { Member } from "./use-members";

export const roles = ["admin", "specialist", "viewer"] as const;

/** A member as a form holds one. */
export interface MemberDraft {
  name: string;
  email: string;
  role: Schema["Role"];
  language: string;
  external_id: string;
}

export function draftOf(member: Member): MemberDraft {
  const { name, email, role, language, external_id } = member;
  return { name, email, role, language, external_id: external_id ?? "" };
}

/** What the server is told of a new member. */
export function requestOf(draft: MemberDraft): Schema["CreateMemberRequest"] {
  return {
    ...draft,
    name: draft.name.trim(),
    email: draft.email.trim(),
    external_id: draft.external_id.trim() || null,
  };
}

/** What differs from the member as they are. */
export function changesOf(member: Member, draft: MemberDraft): Schema["UpdateMemberRequest"] {
  const next = Object.entries(requestOf(draft));
  return Object.fromEntries(next.filter(([key, value]) => member[key as keyof MemberDraft] !== value));
}

/** The languages we can write in, and the member's own if it is another. */
export function languageChoices(own: string): { value: string; label: string }[] {
  const known = Object.entries(languages).map(([value, label]) => ({ value, label }));
  return own in languages ? known : [...known, { value: own, label: own }];
}
