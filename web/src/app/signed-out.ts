import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { type AnyRouter, useRouter } from "@tanstack/react-router";
import { keys } from "@/api/keys";

export type Reason = "ended" | "expired";

/** Leaves for the sign-in page and forgets all that was read, once somebody has been signed in. */
export async function toSignIn(router: AnyRouter, queryClient: QueryClient, reason: Reason) {
  if (!queryClient.getQueryData(keys.me)) return;
  queryClient.removeQueries({ queryKey: keys.me });
  const return_to = reason === "expired" ? router.state.location.href : undefined;
  await router.navigate({ to: "/sign-in", search: { reason, return_to } });
  queryClient.clear();
}

export function useSignedOut() {
  const router = useRouter();
  const queryClient = useQueryClient();
  return (reason: Reason) => toSignIn(router, queryClient, reason);
}
