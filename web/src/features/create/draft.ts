import * as z from "zod/mini";
import type { Schema } from "@/api/client";
import type texts from "@/locales/en/create.json";
import { isEmail, maxDevelopers } from "@/ui/contact-fields/emails";
import { daysBetween, type Expiry, endOf, isDay, mustEnd } from "@/ui/token-fields/expiry";
import { faultsOfPairs, type Pair } from "@/ui/token-fields/metadata";
import { isNetwork } from "@/ui/token-fields/networks";

export type Policy = Schema["Policy"];
/** What can be wrong with a draft: its text is `create:fault.…`. */
export type FaultKey = keyof (typeof texts)["fault"];
export type Step = "settings" | "contact" | "scopes" | "review";
export const steps: Step[] = ["settings", "contact", "scopes", "review"];

/** What is typed into the four steps. It is kept in memory alone. */
export interface Draft {
  name: string;
  description: string;
  version: string;
  expiry: Expiry;
  networks: string[];
  metadata: Pair[];
  /** Whether it is to be no good, and to raise the alarm when somebody tries it. */
  decoy: boolean;
  primary: string;
  developers: string[];
  /** May hold scopes that the version has not, so that going back to another version finds them again. */
  scopes: string[];
}

/** The step on which a field stands. */
export const stepOf: Record<keyof Draft, Step> = {
  name: "settings",
  description: "settings",
  version: "settings",
  expiry: "settings",
  networks: "settings",
  metadata: "settings",
  decoy: "settings",
  primary: "contact",
  developers: "contact",
  scopes: "scopes",
};

export function fieldsOf(step: Step): (keyof Draft)[] {
  return (Object.keys(stepOf) as (keyof Draft)[]).filter((field) => stepOf[field] === step);
}

/** The rules of the draft that can be judged here. Messages are keys of `create:fault`. */
export function draftSchema(policy: Policy | undefined, available: (version: string, scopes: string[]) => string[]) {
  return z
    .object({
      name: z.string().check(
        z.refine(hasText, "nameRequired"),
        z.refine((t) => length(t) <= 100, "nameTooLong"),
        z.refine(clean, "control"),
      ),
      description: z.string().check(
        z.refine((t) => length(t) <= 1000, "descriptionTooLong"),
        z.refine(clean, "control"),
      ),
      version: z.string().check(z.minLength(1, "versionRequired")),
      expiry: z.custom<Expiry>().check(
        z.superRefine((expiry, context) => {
          const message = faultOfExpiry(expiry, policy);
          if (message) context.addIssue({ code: "custom", message });
        }),
      ),
      networks: z.array(z.string().check(z.refine(isNetwork, "notANetwork"))).check(
        z.maxLength(50, "tooManyNetworks"),
        z.refine((all) => all.length > 0 || !policy?.require_cidrs, "networksRequired"),
        z.superRefine(different),
      ),
      metadata: z.custom<Pair[]>().check(
        z.superRefine((pairs, context) => {
          for (const { path, message } of faultsOfPairs(pairs)) context.addIssue({ code: "custom", path, message });
        }),
      ),
      decoy: z.boolean(),
      primary: z.string().check(z.minLength(1, "primaryRequired")),
      developers: z
        .array(z.string().check(z.refine(isEmail, "notAnEmail")))
        .check(z.maxLength(maxDevelopers, "tooManyDevelopers"), z.superRefine(different)),
      scopes: z.array(z.string()),
    })
    .check(
      z.superRefine((draft, context) => {
        const count = available(draft.version, draft.scopes).length;
        if (count === 0) context.addIssue({ code: "custom", path: ["scopes"], message: "scopesRequired" });
        if (count > 500) context.addIssue({ code: "custom", path: ["scopes"], message: "tooManyScopes" });
      }),
    );
}

/** What is sent to create the token that the draft describes. */
export function requestOf(draft: Draft, scopes: string[], now: Date, policy?: Policy): Schema["CreateTokenRequest"] {
  const metadata = draft.metadata.filter((pair) => pair.key !== "" || pair.value !== "");
  return {
    name: draft.name.trim(),
    description: draft.description.trim() || undefined,
    version: draft.version,
    contacts: { primary: draft.primary, developers: draft.developers },
    scopes,
    expires_at: endOf(draft.expiry, now, policy)?.toISOString(),
    allowed_cidrs: draft.networks.length > 0 ? draft.networks : undefined,
    decoy: draft.decoy || undefined,
    metadata: metadata.length > 0 ? Object.fromEntries(metadata.map(({ key, value }) => [key, value])) : undefined,
  };
}

function faultOfExpiry(expiry: Expiry, policy: Policy | undefined): string | undefined {
  if (expiry.kind === "never") return mustEnd(policy) ? "expiryRequired" : undefined;
  if (expiry.kind !== "date") return undefined;
  if (!isDay(expiry.date)) return "dateRequired";
  const { first, last } = daysBetween(new Date(), policy);
  if (expiry.date < first) return "dateInPast";
  if (last !== undefined && expiry.date > last) return "dateTooLate";
  return undefined;
}

function different(all: string[], context: z.core.$RefinementCtx) {
  const seen = new Set<string>();
  for (const [i, text] of all.entries()) {
    const folded = text.toLowerCase();
    if (seen.has(folded)) context.addIssue({ code: "custom", path: [i], message: "twice" });
    seen.add(folded);
  }
}

const length = (text: string) => [...text.trim()].length;
const hasText = (text: string) => text.trim() !== "";
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const clean = (text: string) => !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/.test(text.trim());
