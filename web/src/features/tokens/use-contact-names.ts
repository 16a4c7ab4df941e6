import { useQuery } from "@tanstack/react-query";
import { api, type Schema, unwrap } from "@/api/client";
import { keys } from "@/api/keys";

const pages = 5;

/** The members that may be primary contact, by id: the first thousand. */
export function useContactsById() {
  return useQuery({
    queryKey: [...keys.contacts, "by-id"],
    queryFn: async ({ signal }) => {
      const byId = new Map<string, Schema["Contact"]>();
      let cursor: string | undefined;
      for (let i = 0; i < pages; i++) {
        const page = unwrap(await api.GET("/contacts", { params: { query: { limit: 200, cursor } }, signal }));
        for (const contact of page.items) byId.set(contact.id, contact);
        if (!page.next_cursor) return { byId, complete: true };
        cursor = page.next_cursor;
      }
      return { byId, complete: false };
    },
    staleTime: 60_000,
  });
}
