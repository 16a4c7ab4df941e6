import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ApiError, api, type Schema, unwrap } from "@/api/client";
import { keys } from "@/api/keys";
import { type Consent, mediaType, type Source } from "./source";

export type Plan = Schema["CatalogPlan"] & { touched_by_scope?: Record<string, number> };

/** What would be changed, or was. */
export interface Outcome {
  plans: Plan[];
  warnings: string[];
}

/** Asks what a source would change. Nothing happens. */
export function usePlan() {
  return useMutation<Outcome, ApiError, Source>({
    mutationFn: (source) => send(source, { dry_run: true }),
  });
}

/** Changes the catalog. It returns when no server goes by the old one. */
export function useApply() {
  const queryClient = useQueryClient();
  return useMutation<Outcome, ApiError, { source: Source; consent: Consent }>({
    mutationFn: ({ source, consent }) =>
      send(source, { allow_removals: consent.removals, allow_widening: consent.widening }),
    onSuccess: () =>
      Promise.all([keys.catalog, keys.tokens].map((queryKey) => queryClient.invalidateQueries({ queryKey }))),
  });
}

interface Options {
  dry_run?: boolean;
  allow_removals?: boolean;
  allow_widening?: boolean;
}

async function send(source: Source, options: Options): Promise<Outcome> {
  // The document goes as it is: the server reads it, and says where its faults are.
  const raw = {
    headers: { "Content-Type": mediaType(source.text) },
    body: source.text as unknown as Record<string, unknown>,
    bodySerializer: () => source.text,
  };
  if (source.kind === "file") {
    return { ...unwrap(await api.PUT("/catalog", { params: { query: options }, ...raw })), warnings: [] };
  }
  const query = { ...options, account_type: source.type, version: source.version };
  return unwrap(await api.POST("/catalog/import-openapi", { params: { query }, ...raw }));
}
