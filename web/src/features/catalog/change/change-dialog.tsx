import { Alert, Button, Group, List, Modal, Stack } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { AccountType } from "@/api/account-types";
import { ErrorAlert } from "@/ui/error-alert";
import { notifyDone } from "@/ui/notify";
import { Consequences, isAgreed } from "./consequences";
import { isEmpty, PlanView } from "./plan-view";
import type { Consent, Source, SourceKind } from "./source";
import { SourceForm } from "./source-form";
import { type Outcome, useApply, usePlan } from "./use-change";

interface Props {
  kind: SourceKind;
  types: AccountType[];
  type: string | undefined;
  /** Called with the account type that was changed, if one was. */
  onClose: (changed?: string) => void;
}

/** Changes the catalog by a document: shows the plan first, and carries it out when told to. */
export function ChangeDialog({ kind, types, type, onClose }: Props) {
  const { t } = useTranslation(["admin", "common"]);
  const narrow = useMediaQuery("(max-width: 48em)");
  const plan = usePlan();
  const apply = useApply();
  const outcome = plan.data;
  const carryOut = (consent: Consent) => {
    const source = plan.variables;
    if (!source) return;
    apply.mutate(
      { source, consent },
      {
        onSuccess: ({ plans }) => {
          notifyDone(t("change.done"));
          onClose(plans[0]?.account_type);
        },
      },
    );
  };
  return (
    <Modal
      opened
      size="xl"
      fullScreen={narrow}
      onClose={plan.isPending || apply.isPending ? () => {} : () => onClose()}
      closeOnClickOutside={false}
      title={outcome ? t("change.planTitle") : t(`change.${kind}.title`)}
      closeButtonProps={{ "aria-label": t("common:action.close") }}
    >
      <div hidden={outcome !== undefined}>
        <SourceForm
          kind={kind}
          types={types}
          type={type}
          pending={plan.isPending}
          error={plan.error}
          onCancel={() => onClose()}
          onSubmit={(source: Source) => plan.mutate(source)}
        />
      </div>
      {outcome && (
        <Review
          outcome={outcome}
          pending={apply.isPending}
          error={apply.error}
          onBack={() => {
            apply.reset();
            plan.reset();
          }}
          onApply={carryOut}
        />
      )}
    </Modal>
  );
}

interface ReviewProps {
  outcome: Outcome;
  pending: boolean;
  error: unknown;
  onBack: () => void;
  onApply: (consent: Consent) => void;
}

/** The plan with its consequences, before anything happens. */
function Review({ outcome, pending, error, onBack, onApply }: ReviewProps) {
  const { t } = useTranslation(["admin", "common"]);
  const [consent, setConsent] = useState<Consent>({ removals: false, widening: false });
  const { plans, warnings } = outcome;
  const top = useRef<HTMLDivElement>(null);
  useEffect(() => top.current?.focus(), []); // what was asked is hidden now
  const nothing = plans.every(isEmpty);
  return (
    <Stack gap="md" ref={top} tabIndex={-1} style={{ outline: "none" }}>
      <span className="visually-hidden" role="status">
        {t("change.ready")}
      </span>
      {warnings.length > 0 && (
        <Alert color="orange" title={t("change.warnings", { count: warnings.length })}>
          <List size="sm">
            {warnings.map((warning) => (
              <List.Item key={warning}>{warning}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      {plans.map((plan) => (
        <PlanView key={plan.account_type} plan={plan} />
      ))}
      {!nothing && <Consequences plans={plans} consent={consent} onChange={setConsent} />}
      {error != null && <ErrorAlert error={error} fields />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onBack} disabled={pending}>
          {t("common:action.back")}
        </Button>
        <Button
          onClick={() => onApply(consent)}
          loading={pending}
          disabled={nothing || !isAgreed(plans, consent)}
          color={plans.some((plan) => plan.touched_tokens > 0) ? "red" : undefined}
        >
          {t("change.apply")}
        </Button>
      </Group>
    </Stack>
  );
}
