import { Loader } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { KeyRound } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { catalogQuery } from "@/api/catalog";
import { type Me, useMe } from "@/api/me";
import { usePolicy } from "@/api/policy";
import { EmptyState } from "@/ui/empty-state";
import { ErrorAlert } from "@/ui/error-alert";
import { PageHeader } from "@/ui/page-header";
import { CreateWizard } from "./create-wizard";
import { Created } from "./created";
import { type CreateToken, useCreateToken } from "./use-create-token";

const route = getRouteApi("/shell/tokens/new");

/** Creates a token, and shows its secret once. */
export function CreatePage() {
  const { t } = useTranslation("create");
  const me = useMe();
  const navigate = route.useNavigate();
  const create = useCreateToken();
  if (create.data) {
    const tokenId = create.data.id;
    return <Created token={create.data} onDone={() => navigate({ to: "/tokens/$tokenId", params: { tokenId } })} />;
  }
  return (
    <>
      <PageHeader title={t("title")} description={me.can.write ? t("intro") : undefined} />
      {me.can.write ? (
        <Form me={me} create={create} />
      ) : (
        <EmptyState icon={KeyRound} title={t("noRight.title")}>
          {t("noRight.text")}
        </EmptyState>
      )}
    </>
  );
}

/** The form, once it is known what may be chosen. */
function Form({ me, create }: { me: Me; create: CreateToken }) {
  const { t, i18n } = useTranslation("create");
  const link = route.useSearch();
  const catalog = useQuery({ ...catalogQuery(i18n.language), placeholderData: keepPreviousData });
  // In another language the form stays, with its texts so far, until those are there, even if they cannot be had now.
  const [shown, setShown] = useState(catalog.data);
  if (catalog.data && catalog.data !== shown) setShown(catalog.data);
  const policy = usePolicy();
  const failed = shown ? policy : catalog;
  if (failed.error && !failed.data) return <ErrorAlert error={failed.error} onRetry={() => void failed.refetch()} />;
  if (!shown || !policy.data) return <Loader aria-label={t("loading")} />;
  const self = me.account_id === me.accountId ? me.member : undefined;
  return <CreateWizard catalog={shown} policy={policy.data} link={link} self={self} create={create} />;
}
