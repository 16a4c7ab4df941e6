import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import type { ApiError } from "@/api/client";
import { keys } from "@/api/keys";
import { signInWithCode } from "@/api/session";
import { takeReturn } from "./return-to";

/** Signs in with the code of a one-time link, and goes where the signed-in wanted to go. */
export function useSignIn(returnTo: string | undefined) {
  const queryClient = useQueryClient();
  const router = useRouter();
  return useMutation<void, ApiError, string>({
    mutationFn: signInWithCode,
    gcTime: 0,
    onSuccess: async () => {
      queryClient.removeQueries({ queryKey: keys.me });
      const kept = takeReturn();
      router.history.replace(router.history.createHref(consoleHref(returnTo ?? kept ?? "/tokens")));
    },
  });

  function consoleHref(path: string) {
    return `${router.basepath === "/" ? "" : router.basepath}${path}`;
  }
}
