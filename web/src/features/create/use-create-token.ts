import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { ApiError, api, type Schema, unwrap } from "@/api/client";
import { newIdempotencyKey } from "@/api/idempotency";
import { keys } from "@/api/keys";
import { type Draft, type Policy, requestOf } from "./draft";

/** One thing to be created: as long as the draft is the same, a repeat is the same call with the same key. */
interface Attempt {
  draft: string;
  key: string;
  request: Schema["CreateTokenRequest"];
}

const repeats = 2;

/**
 * Creates the token of a draft. The secret is in the result and nowhere else: gcTime 0 drops it from memory as soon as
 * the component that shows it is gone. A call whose answer is lost is repeated with its Idempotency-Key, by itself or
 * by the user, and gives the same secret.
 */
export function useCreateToken() {
  const queryClient = useQueryClient();
  const attempt = useRef<Attempt>(undefined);
  const prepare = (draft: Draft, scopes: string[], policy: Policy | undefined): Attempt => {
    const text = JSON.stringify([draft, scopes]);
    if (attempt.current?.draft !== text) {
      attempt.current = {
        draft: text,
        key: newIdempotencyKey(),
        request: requestOf(draft, scopes, new Date(), policy),
      };
    }
    return attempt.current;
  };
  const mutation = useMutation<Schema["CreatedToken"], ApiError, Attempt>({
    mutationFn: async ({ key, request }) =>
      unwrap(await api.POST("/tokens", { params: { header: { "Idempotency-Key": key } }, body: request })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keys.tokens }),
    retry: (failures, error) => error instanceof ApiError && error.passes && failures < repeats,
    retryDelay: (failures, error) => (error.retryAfter ? error.retryAfter * 1000 : 500 * 2 ** failures),
    gcTime: 0,
  });
  return {
    ...mutation,
    /** What was sent last. */
    sent: () => attempt.current?.request,
    create: (draft: Draft, scopes: string[], policy: Policy | undefined) =>
      mutation.mutateAsync(prepare(draft, scopes, policy)),
  };
}

export type CreateToken = ReturnType<typeof useCreateToken>;
