import { z } from "zod";

const text = z
  .union([z.string(), z.array(z.string()).transform((all) => all.join(","))])
  .optional()
  .catch(undefined);

/** What a link to the form fills in, as it stands in the address. */
export const createSearch = z.object({ version: text, scopes: text, name: text, description: text, preset: text });
