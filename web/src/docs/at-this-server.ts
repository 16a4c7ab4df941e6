type Document = Record<string, unknown>;
type Take = (document: Document) => unknown;

/** Has "Try it out" call the server that the page is from, under a path prefix too. */
export const atThisServer = () => ({
  statePlugins: {
    spec: {
      wrapActions: {
        updateJsonSpec: (take: Take) => (document: Document) =>
          take({ ...document, servers: [{ url: new URL(".", location.href).href.replace(/\/$/, "") }] }),
      },
    },
  },
});
