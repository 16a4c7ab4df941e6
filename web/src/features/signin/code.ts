/** Gives the code in a one-time link, or in its fragment; undefined if there is none. */
export function codeOf(link: string): string | undefined {
  const fragment = link.trim().split("#")[1];
  return (fragment && new URLSearchParams(fragment).get("code")) || undefined;
}
