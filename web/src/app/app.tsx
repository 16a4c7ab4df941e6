import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useEffect } from "react";
import { actingAccount } from "@/api/account";
import { keys } from "@/api/keys";
import type { makeRouter } from "./router";
import { cssVariables, theme } from "./theme";

const colorSchemeManager = localStorageColorSchemeManager({ key: "tokenry.theme" });

interface Props {
  queryClient: QueryClient;
  router: ReturnType<typeof makeRouter>;
  nonce: string;
}

/** The console with all it stands on. */
export function App({ queryClient, router, nonce }: Props) {
  useEffect(() => actingAccount.subscribe(() => forgetAccount(queryClient)), [queryClient]);
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      colorSchemeManager={colorSchemeManager}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <QueryClientProvider client={queryClient}>
        <Notifications position="bottom-right" />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}

/** Drops the answers that belong to the account acted in before. */
function forgetAccount(queryClient: QueryClient) {
  const kept: unknown[] = [keys.me[0], keys.config[0], keys.accounts[0], keys.nodes[0]];
  queryClient.removeQueries({ predicate: ({ queryKey }) => !kept.includes(queryKey[0]) });
}
