import type { Schema } from "@/api/client";
import { existsIn } from "@/ui/scope-picker";

type Category = Schema["Category"];

/** The scopes that exist in the version and hold every word, in their categories; categories left empty are left out. */
export function matching(
  categories: Category[],
  versions: Schema["Version"][],
  version: string,
  text: string,
): Category[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return categories.flatMap((category) => {
    const scopes = category.scopes.filter((scope) => {
      if (!existsIn(scope, version, versions)) return false;
      const routes = scope.routes.map(({ method, path }) => `${method} ${path}`).join(" ");
      const all = `${scope.label} ${scope.id} ${scope.description} ${routes} ${category.label}`.toLowerCase();
      return words.every((word) => all.includes(word));
    });
    return scopes.length > 0 ? [{ ...category, scopes }] : [];
  });
}
