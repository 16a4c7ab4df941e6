import { Box, Skeleton, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Ref } from "react";
import { useTranslation } from "react-i18next";
import { catalogQuery } from "@/api/catalog";
import type { Schema } from "@/api/client";
import type { TokensSearch } from "./search";
import { TokenCards } from "./token-cards";
import { TokenTable } from "./token-table";
import { useContactsById } from "./use-contact-names";
import type { Selection } from "./use-selection";
import type { View } from "./view-switch";

export type Sort = NonNullable<TokensSearch["sort"]>;

export interface ListProps {
  tokens: Schema["Token"][];
  sort: Sort;
  onSort: (sort: Sort) => void;
  /** Undefined for those who may change nothing. */
  selection: Selection | undefined;
  facts: Facts;
}

/** What is known of what tokens only name. */
export interface Facts {
  version: (id: string) => Schema["Version"] | undefined;
  /** The primary contact's name; null if they have left, undefined if that is not known. */
  contact: (id: string | null) => string | null | undefined;
}

interface Props extends Omit<ListProps, "facts"> {
  top: Ref<HTMLDivElement>;
  view: View;
  /** Whether there is nothing to show yet. */
  loading: boolean;
  /** Whether what is shown is about to be replaced. */
  stale: boolean;
}

export function TokenList({ top, view, loading, stale, ...props }: Props) {
  const { t } = useTranslation("tokens");
  const facts = useFacts();
  if (loading) {
    return (
      <Stack gap="xs" role="status" aria-busy aria-label={t("loading")}>
        {Array.from({ length: 8 }, (_, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
          <Skeleton key={i} h={44} />
        ))}
      </Stack>
    );
  }
  const List = view === "table" ? TokenTable : TokenCards;
  return (
    <Box
      ref={top}
      tabIndex={-1}
      role="region"
      aria-label={t("title")}
      aria-busy={stale}
      opacity={stale ? 0.6 : 1}
      style={{ transition: "opacity 120ms", outline: "none" }}
    >
      <List {...props} facts={facts} />
    </Box>
  );
}

function useFacts(): Facts {
  const { i18n } = useTranslation();
  const catalog = useQuery(catalogQuery(i18n.language)).data;
  const contacts = useContactsById().data;
  return {
    version: (id) => catalog?.versions.find((version) => version.id === id),
    contact: (id) => {
      if (id === null) return null;
      return contacts?.byId.get(id)?.name ?? (contacts?.complete ? null : undefined);
    },
  };
}
