import { zodResolver } from "@hookform/resolvers/zod";
import { Button, Group, Text, Title } from "@mantine/core";
import { type FormEvent, type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useForm } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/client";
import type { Person } from "@/ui/contact-fields";
import { ErrorAlert } from "@/ui/error-alert";
import { LeaveGuard } from "@/ui/leave-guard";
import { inVersion, parted } from "@/ui/scope-picker";
import { presetExpiry } from "@/ui/token-fields";
import { ContactStep } from "./contact-step";
import classes from "./create.module.css";
import { type Draft, draftSchema, fieldsOf, type Policy, type Step, stepOf, steps } from "./draft";
import { type Fault, faultsOf, stepWith } from "./faults";
import { LinkNotice } from "./link-notice";
import { type Catalog, type Prefill, read } from "./prefill";
import { ReviewStep } from "./review-step";
import { ScopesStep } from "./scopes-step";
import { SettingsStep } from "./settings-step";
import { Steps } from "./steps";
import type { CreateToken } from "./use-create-token";
import { WizardContext } from "./wizard-context";

const bodies: Record<Step, () => ReactNode> = {
  settings: SettingsStep,
  contact: ContactStep,
  scopes: ScopesStep,
  review: ReviewStep,
};

interface Props {
  catalog: Catalog;
  policy: Policy | undefined;
  link: Prefill;
  /** The member who is preset as primary contact. */
  self: Person | undefined;
  create: CreateToken;
}

/** Four steps to a token. What is typed stays, on whichever step one is. */
export function CreateWizard({ catalog, policy, link, self, create }: Props) {
  const { t } = useTranslation("create");
  const [{ filled, refused }] = useState(() => read(link, catalog));
  const available = useAvailable(catalog);
  const form = useForm<Draft>({
    resolver: zodResolver(draftSchema(policy, available)),
    defaultValues: draftOf(filled, self?.id ?? "", policy),
    mode: "onTouched",
  });
  const beforePreset = useRef<string[]>([]);
  const [faults, setFaults] = useState<Fault[]>([]);
  const forget = useCallback(
    (field: keyof Draft) => setFaults((old) => old.filter((fault) => fault.field !== field)),
    [],
  );
  const { at, reached, title, body, open } = useSteps();

  const goTo = async (step: Step) => {
    const passed = steps.slice(steps.indexOf(at), steps.indexOf(step));
    for (const one of passed) if (!(await form.trigger(fieldsOf(one)))) return open(one, true);
    open(step);
  };
  const submit = async () => {
    if (create.isPending) return;
    const valid = await form.trigger();
    const draft = form.getValues();
    const wrong = (Object.keys(form.formState.errors) as (keyof Draft)[])[0];
    if (!valid && wrong) return open(stepOf[wrong], true);
    try {
      await create.create(draft, available(draft.version, draft.scopes), policy);
    } catch (error) {
      const sent = create.sent();
      if (!(error instanceof ApiError) || !sent) return;
      const found = faultsOf(error, sent);
      setFaults(found);
      const step = stepWith(found);
      if (step) open(step, true);
    }
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (at === "review") void submit();
    else void goTo(steps[steps.indexOf(at) + 1] ?? "review");
  };
  const filledIn = Object.values(link).some((value) => value !== undefined);
  const Body = bodies[at];
  const refusedAlone = create.error && (faults.length === 0 || create.error.code === "name_taken") && at === "review";

  return (
    <WizardContext value={{ form, catalog, policy, available, faults, forget, goTo, beforePreset, self }}>
      <LeaveGuard when={form.formState.isDirty || create.isPending} text={t("leave")} />
      <Steps at={at} reached={reached} onStep={goTo} />
      <form ref={body} onSubmit={onSubmit} noValidate className={classes.body} aria-labelledby="step-title">
        <Title order={2} id="step-title" ref={title} tabIndex={-1} className={classes.title}>
          <span className="visually-hidden">{t("steps.at", { n: steps.indexOf(at) + 1, all: steps.length })} </span>
          {t(`steps.${at}`)}
        </Title>
        <Text c="dimmed" size="sm" mb="lg">
          {t(`about.${at}`)}
        </Text>
        {at === "settings" && filledIn && (
          <div className={classes.notice}>
            <LinkNotice refused={refused} version={filled.version ?? ""} />
          </div>
        )}
        <Body />
        {refusedAlone && (
          <div className={classes.notice}>
            <ErrorAlert error={create.error} fields>
              {create.error?.passes && <Text size="sm">{t("again")}</Text>}
            </ErrorAlert>
          </div>
        )}
        <Group justify="space-between" className={classes.actions}>
          {at === "settings" ? (
            <span />
          ) : (
            <Button
              variant="default"
              disabled={create.isPending}
              onClick={() => goTo(steps[steps.indexOf(at) - 1] ?? "settings")}
            >
              {t("back")}
            </Button>
          )}
          {at === "review" ? (
            <Button
              key="create"
              type="submit"
              loading={create.isPending}
              // The second click of a double click on Next is meant for Next.
              onClick={(event) => event.detail > 1 && event.preventDefault()}
            >
              {t(create.error?.passes ? "createAgain" : "create")}
            </Button>
          ) : (
            <Button key="next" type="submit">
              {t("next")}
            </Button>
          )}
        </Group>
      </form>
    </WizardContext>
  );
}

function draftOf(filled: Partial<Draft>, self: string, policy: Policy | undefined): Draft {
  return {
    name: filled.name ?? "",
    description: filled.description ?? "",
    version: filled.version ?? "",
    expiry: presetExpiry(policy, new Date()),
    networks: [],
    metadata: [],
    decoy: false,
    primary: self,
    developers: [],
    scopes: filled.scopes ?? [],
  };
}

/** Gives those of some scopes that a version has. */
function useAvailable(catalog: Catalog) {
  const byVersion = useMemo(
    () => new Map(catalog.versions.map(({ id }) => [id, inVersion(catalog.categories, id, catalog.versions)])),
    [catalog],
  );
  return useCallback(
    (version: string, scopes: string[]) => parted(scopes, byVersion.get(version) ?? []).known,
    [byVersion],
  );
}

/** On which step one is, and how far one has come. What is at fault takes the focus, or else the step's title. */
function useSteps() {
  const [place, setPlace] = useState<{ at: Step; faulty: boolean }>();
  const [reached, setReached] = useState<Step>("settings");
  const title = useRef<HTMLHeadingElement>(null);
  const body = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (!place) return;
    const fault = place.faulty ? body.current?.querySelector<HTMLElement>('[aria-invalid="true"]') : undefined;
    (fault ?? title.current)?.focus();
  }, [place]);
  const open = (at: Step, faulty = false) => {
    setPlace({ at, faulty });
    setReached((old) => (steps.indexOf(at) > steps.indexOf(old) ? at : old));
  };
  return { at: place?.at ?? "settings", reached, title, body, open };
}
