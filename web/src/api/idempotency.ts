/**
 * Makes an Idempotency-Key. Make one for each thing that is to be done, not for each call: a call that is repeated with
 * the same key gets the same secret. It works without https, too, unlike crypto.randomUUID.
 */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
