/** An OpenAPI document, or a file with whole catalogs. */
export type SourceKind = "openapi" | "file";

/** What a catalog is to be made of. */
export type Source = { text: string } & ({ kind: "file" } | { kind: "openapi"; type: string; version: string });

/** What an operator has agreed to. */
export interface Consent {
  removals: boolean;
  widening: boolean;
}

/** How large a document may be, in bytes. */
export const maxSize = 16 * 1024 * 1024;

/** The media type that the server is told. */
export function mediaType(text: string): "application/json" | "application/yaml" {
  return /^\s*[{[]/.test(text) ? "application/json" : "application/yaml";
}

/** The version that a document says it is of, as a first guess. */
export function versionIn(text: string): string | undefined {
  const head = text.slice(0, 20_000);
  const yaml = head.match(/^info:\s*(?:\n(?:[ \t]+.*)?)*?\n[ \t]+version:\s*["']?([^"'\s#]+)/m);
  const json = head.match(/"?info"?\s*:\s*\{[^{}]*?\bversion"?\s*:\s*["']?([^"',}\s]+)/);
  return (json ?? yaml)?.[1];
}
