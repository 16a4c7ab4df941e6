const key = "tokenry.return_to";
const lifetime = 60 * 60 * 1000;

/**
 * Remembers, for an hour, where somebody wanted to go: a sign-in link is often opened in another tab than the one that
 * asked for the sign-in.
 */
export function rememberReturn(path: string) {
  localStorage.setItem(key, JSON.stringify({ path, at: Date.now() }));
}

/** Gives where somebody wanted to go, once. */
export function takeReturn(): string | undefined {
  const kept = localStorage.getItem(key);
  localStorage.removeItem(key);
  if (!kept) return undefined;
  const { path, at } = JSON.parse(kept) as { path: string; at: number };
  return Date.now() - at < lifetime ? path : undefined;
}
