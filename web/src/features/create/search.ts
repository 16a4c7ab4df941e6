import * as z from "zod/mini";

const text = z.catch(
  z.optional(
    z.union([
      z.string(),
      z.pipe(
        z.array(z.string()),
        z.transform((all) => all.join(",")),
      ),
    ]),
  ),
  undefined,
);

/** What a link to the form fills in, as it stands in the address. */
export const createSearch = z.object({ version: text, scopes: text, name: text, description: text, preset: text });
