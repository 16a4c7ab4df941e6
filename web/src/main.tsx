import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./app/global.css";
import { setNonce } from "get-nonce";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import * as z from "zod/mini";
import { App } from "./app/app";
import { createQueryClient } from "./app/query-client";
import { makeRouter } from "./app/router";
import { toSignIn } from "./app/signed-out";
import { startI18n } from "./locales/i18n";

// Without the word of the server in its policy the browser would refuse the styles that parts of Mantine add.
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";
setNonce(nonce);
z.config({ jitless: true }); // the policy allows no code made at run time

const queryClient = createQueryClient(() => void toSignIn(router, queryClient, "expired"));
const router = makeRouter(queryClient);

await startI18n();
createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <App queryClient={queryClient} router={router} nonce={nonce} />
  </StrictMode>,
);
