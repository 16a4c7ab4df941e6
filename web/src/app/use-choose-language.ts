import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import { keys } from "@/api/keys";
import { useMe } from "@/api/me";
import type { Language } from "@/locales/i18n";
import { notifyError } from "@/ui/notify";

/** Has a member written to in the language that they choose for the console, and catalogs read anew in it. */
export function useChooseLanguage() {
  const me = useMe();
  const queryClient = useQueryClient();
  const choose = useMutation({
    mutationFn: async (language: Language) => unwrap(await api.PATCH("/whoami", { body: { language } })),
    onSuccess: (who) => queryClient.setQueryData(keys.me, who),
    onError: notifyError,
  });
  return (language: Language) => {
    queryClient.invalidateQueries({ queryKey: keys.catalog });
    if (me.member && me.member.language !== language) choose.mutate(language);
  };
}
