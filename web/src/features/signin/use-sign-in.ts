import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { consolePath } from "@/api/base";
import type { ApiError } from "@/api/client";
import { keys } from "@/api/keys";
import { signInWithCode } from "@/api/session";
import { takeReturn } from "./return-to";

/** Signs in with the code of a one-time link, and goes to where the signed-in wanted to go. */
export function useSignIn(returnTo: string | undefined) {
  const queryClient = useQueryClient();
  const router = useRouter();
  return useMutation<void, ApiError, string>({
    mutationFn: signInWithCode,
    gcTime: 0,
    onSuccess: () => {
      queryClient.removeQueries({ queryKey: keys.me });
      const kept = takeReturn();
      router.history.replace(consolePath + (returnTo ?? kept ?? "/tokens"));
    },
  });
}
