import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { type AnyRouter, useRouter } from "@tanstack/react-router";
import { keys } from "@/api/keys";
import { unsaved } from "@/ui/leave-guard/unsaved";

export type Reason = "ended" | "expired";

/** Leaves for the sign-in page and forgets all that was read, once somebody has been signed in. */
export async function toSignIn(router: AnyRouter, queryClient: QueryClient, reason: Reason) {
  if (!queryClient.getQueryData(keys.me)) return;
  if (reason === "expired" && unsaved.sessionEnded()) return; // the page asks for another sign-in by itself
  queryClient.removeQueries({ queryKey: keys.me });
  const return_to = reason === "expired" ? router.state.location.href : undefined;
  await router.navigate({ to: "/sign-in", search: { reason, return_to }, ignoreBlocker: true });
  queryClient.clear();
}

export function useSignedOut() {
  const router = useRouter();
  const queryClient = useQueryClient();
  return (reason: Reason) => toSignIn(router, queryClient, reason);
}
