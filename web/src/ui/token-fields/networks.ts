/** How many networks a token may be bound to. */
export const maxNetworks = 50;

/** Whether a text is an IPv4 or IPv6 address, or a network in CIDR notation, as the server reads them. */
export function isNetwork(text: string): boolean {
  const [address = "", bits, ...more] = text.trim().split("/");
  const width = isIPv4(address) ? 32 : isIPv6(address) ? 128 : 0;
  if (width === 0 || more.length > 0) return false;
  return bits === undefined || (/^(0|[1-9]\d{0,2})$/.test(bits) && Number(bits) <= width);
}

/** Whether a network is every address there is, which is the same as no limit. */
export function isEverywhere(text: string): boolean {
  return isNetwork(text) && text.trim().endsWith("/0");
}

function isIPv4(text: string): boolean {
  const parts = text.split(".");
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}

function isIPv6(text: string): boolean {
  const halves = text.split("::");
  if (halves.length > 2 || !text.includes(":")) return false;
  const groups = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  const last = groups.at(-1);
  const mapped = last?.includes(".") && !text.endsWith("::");
  if (mapped && !isIPv4(groups.pop() ?? "")) return false;
  const count = groups.length + (mapped ? 2 : 0);
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return false;
  return halves.length === 2 ? count < 8 : count === 8;
}
