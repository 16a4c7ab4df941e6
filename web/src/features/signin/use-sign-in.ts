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
  const signIn = useMutation<void, ApiError, string>({
    mutationFn: signInWithCode,
    gcTime: 0,
    onSuccess: () => {
      queryClient.removeQueries({ queryKey: keys.me });
      const kept = takeReturn();
      router.history.replace(consolePath + (returnTo ?? kept ?? "/tokens"));
    },
  });
  const { error, variables: code, mutate } = signIn;
  /** Tries the same code again, where that may help: it is nowhere else any more. */
  return { ...signIn, retry: error?.passes && code !== undefined ? () => mutate(code) : undefined };
}
