/** How many developer e-mails a token may have. */
export const maxDevelopers = 20;

const atom = "[a-z0-9!#$%&'*+/=?^_`{|}~\\u0080-\\uffff-]+";
const label = "[a-z0-9\\u0080-\\uffff](?:[a-z0-9\\u0080-\\uffff-]*[a-z0-9\\u0080-\\uffff])?";
const address = new RegExp(`^${atom}(?:\\.${atom})*@${label}(?:\\.${label})*$`, "i");

/** Whether a text is one bare e-mail address with a domain. The server may still know better. */
export function isEmail(text: string): boolean {
  const local = text.slice(0, text.lastIndexOf("@"));
  return new TextEncoder().encode(text).length <= 254 && local.length <= 64 && address.test(text);
}

/**
 * The addresses in a text as people paste them: parted by commas, semicolons, spaces or lines, with or without names
 * as in `Ada <ada@example.com>`.
 */
export function emailsIn(text: string): string[] {
  const bracketed = text.replace(/(?:"[^"]*"\s*|[^,;<>\n"]*)<([^<>]*)>/g, " $1 ");
  return bracketed
    .split(/[\s,;]+/)
    .map((part) => part.replace(/^mailto:/i, ""))
    .filter(Boolean);
}
