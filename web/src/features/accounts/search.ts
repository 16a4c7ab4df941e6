import { z } from "zod";

/** What the list of accounts keeps in its address. A value that makes no sense is dropped. */
export const accountsSearch = z.object({});

/** What the page of an account keeps in its address. */
export const accountSearch = z.object({});
