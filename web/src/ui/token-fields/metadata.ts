/** A key and its value, as typed. */
export interface Pair {
  key: string;
  value: string;
}

export const maxPairs = 50;
const maxBytes = 4096;

/** A fault in pairs, at its place, as a key of `fields:metadata.fault`. */
export interface PairFault {
  path: (string | number)[];
  message: "keyRequired" | "keyTooLong" | "keyTwice" | "tooMany" | "tooLarge";
}

/** What is wrong with the pairs. Rows without key and value do not count. */
export function faultsOfPairs(pairs: Pair[]): PairFault[] {
  const faults: PairFault[] = [];
  const seen = new Set<string>();
  for (const [i, { key, value }] of pairs.entries()) {
    const at = [i, "key"];
    if (key === "" && value !== "") faults.push({ path: at, message: "keyRequired" });
    if ([...key].length > 100) faults.push({ path: at, message: "keyTooLong" });
    if (key !== "" && seen.has(key)) faults.push({ path: at, message: "keyTwice" });
    seen.add(key);
  }
  const filled = pairs.filter(({ key, value }) => key !== "" || value !== "");
  if (filled.length > maxPairs) faults.push({ path: [], message: "tooMany" });
  const text = JSON.stringify(Object.fromEntries(filled.map(({ key, value }) => [key, value])));
  if (new TextEncoder().encode(text).length > maxBytes) faults.push({ path: [], message: "tooLarge" });
  return faults;
}
