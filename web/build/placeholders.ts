import type { Plugin } from "vite";

/** Fills in, while developing, what the server fills in of index.html for each request. */
export function placeholders(): Plugin {
  return {
    name: "placeholders",
    apply: "serve",
    transformIndexHtml: {
      order: "pre",
      handler: (html) => html.replace("__BASE__", "/console/").replace("__NONCE__", ""),
    },
  };
}
