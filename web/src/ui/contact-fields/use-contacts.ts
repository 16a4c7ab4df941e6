import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { api, type Schema, unwrap } from "@/api/client";
import { keys } from "@/api/keys";

export type Contact = Schema["Contact"];

const shown = 30;

/** What is shown of a contact. */
export type Person = Pick<Contact, "id" | "name" | "email">;

/** The first members that may be primary contact and have the text in name or address. */
export function useContacts(q: string) {
  return useQuery({
    queryKey: [...keys.contacts, "search", q],
    queryFn: async ({ signal }) =>
      unwrap(await api.GET("/contacts", { params: { query: { q: q || undefined, limit: shown } }, signal })),
    placeholderData: keepPreviousData,
  });
}

/** A possible contact by id; null if no active member has it. */
export function useContact(id: string, known?: Person) {
  return useQuery({ ...contactQuery(id), enabled: id !== "", initialData: known?.id === id ? known : undefined });
}

function contactQuery(id: string) {
  return queryOptions({
    queryKey: [...keys.contacts, id],
    queryFn: async ({ signal }): Promise<Person | null> => {
      let cursor: string | undefined;
      do {
        const page = unwrap(await api.GET("/contacts", { params: { query: { limit: 200, cursor } }, signal }));
        const contact = page.items.find((item) => item.id === id);
        if (contact) return contact;
        cursor = page.next_cursor ?? undefined;
      } while (cursor);
      return null;
    },
    staleTime: 60_000,
  });
}
