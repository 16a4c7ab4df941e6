import type { Schema } from "@/api/client";

type Type = Schema["EventType"];

/** The types of events that a webhook may be for, by what they are about. The test event comes to every webhook. */
export const groups: { id: "token" | "version" | "changelog" | "contact" | "webhook"; types: Type[] }[] = [
  {
    id: "token",
    types: [
      "token.created",
      "token.changed",
      "token.rotated",
      "token.disabled",
      "token.enabled",
      "token.revoked",
      "token.deleted",
      "token.expiring",
      "token.expired",
      "token.unused",
      "token.previous_secret_used",
      "token.leaked",
      "token.decoy_used",
    ],
  },
  { id: "version", types: ["version.deprecated", "version.sunset_approaching", "version.retired"] },
  { id: "changelog", types: ["changelog.published"] },
  { id: "contact", types: ["contact.missing"] },
  { id: "webhook", types: ["webhook.disabled"] },
];

/** What stands for a whole group: its types, those of later versions of Tokenry too. */
export const wildcard = (group: string) => `${group}.*`;

/** Whether a choice has the type, by itself or with its group. */
export function has(chosen: string[], group: string, type: string): boolean {
  return chosen.includes(type) || chosen.includes(wildcard(group));
}

/** The choice with a whole group taken in or out. */
export function withGroup(chosen: string[], group: string, on: boolean): string[] {
  const others = chosen.filter((one) => !one.startsWith(`${group}.`));
  return on ? [...others, wildcard(group)] : others;
}

/** The choice with a type taken in or out. A group of which one is taken out is the others of it, one by one. */
export function withType(chosen: string[], { id, types }: { id: string; types: string[] }, type: string, on: boolean) {
  if (on) return [...chosen, type];
  const single = chosen.includes(wildcard(id)) ? [...withGroup(chosen, id, false), ...types] : chosen;
  return single.filter((one) => one !== type);
}
