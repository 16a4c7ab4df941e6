/**
 * Reads what an address asks for. All values are texts, or lists of texts where a key is there several times, so that
 * `version=1.10` and `name=007` stay what they are. What they mean is for the pages to say.
 */
export function parseSearch(text: string): Record<string, string | string[]> {
  const search: Record<string, string | string[]> = {};
  const query = new URLSearchParams(text);
  for (const key of new Set(query.keys())) {
    const values = query.getAll(key);
    search[key] = values.length === 1 ? (values[0] ?? "") : values;
  }
  return search;
}

/** The other way round. Nothing, null and an empty list are left out. */
export function stringifySearch(search: Record<string, unknown>): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(search)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null) query.append(key, String(one));
    }
  }
  const text = query.toString().replaceAll("%2C", ","); // which may stand there as it is
  return text && `?${text}`;
}
