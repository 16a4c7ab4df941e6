import { z } from "zod";

/** What the page keeps in its address. A value that makes no sense is dropped. */
export const auditSearch = z.object({});
