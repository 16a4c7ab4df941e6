import { Alert, Box, Button, Card, Code, Divider, Group, Stack, Text, TextInput, Title } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { type FormEvent, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useConfig } from "@/api/config";
import { loginAddress } from "@/api/session";
import { ErrorAlert } from "@/ui/error-alert";
import { LanguageSwitch } from "@/ui/language-switch";
import { Logo } from "@/ui/logo";
import { ThemeSwitch } from "@/ui/theme-switch";
import { usePageTitle } from "@/ui/use-page-title";
import { codeOf } from "./code";
import { rememberReturn } from "./return-to";
import classes from "./sign-in-page.module.css";
import { useSignIn } from "./use-sign-in";

const route = getRouteApi("/sign-in");

/** Signs in, by the company's identity provider or by a one-time link. */
export function SignInPage() {
  const { t } = useTranslation("signin");
  const config = useConfig();
  const { return_to, reason, error } = route.useSearch();
  const signIn = useSignIn(return_to);
  usePageTitle(t("title"));

  const { mutate } = signIn;
  useEffect(() => {
    const code = codeOf(location.hash);
    if (!code) {
      if (return_to) rememberReturn(return_to);
      return;
    }
    // The code must not stay in the history, nor be sent twice.
    history.replaceState(history.state, "", location.pathname + location.search);
    mutate(code);
  }, [mutate, return_to]);

  return (
    <Box component="main" className={classes.page}>
      <Card className={classes.card} padding="xl">
        <Stack gap="md">
          <Logo />
          <div>
            <Title order={1}>{t("title")}</Title>
            <Text c="dimmed">{t("intro")}</Text>
          </div>
          {reason && !error && !signIn.error && <Alert color="gray">{t(reason)}</Alert>}
          {error && (
            <Alert color="red" role="alert">
              {t(`error.${known(error)}`)}
            </Alert>
          )}
          {signIn.error && <ErrorAlert error={signIn.error} onRetry={signIn.retry} />}
          <span className="visually-hidden" role="status">
            {signIn.isPending && t("working")}
          </span>
          {config.sign_in.oidc && (
            <Button component="a" href={loginAddress(return_to ?? "/tokens")} size="md" fullWidth>
              {t("oidc")}
            </Button>
          )}
          {config.sign_in.oidc && config.sign_in.link && <Divider />}
          {config.sign_in.link && <LinkForm main={!config.sign_in.oidc} pending={signIn.isPending} onCode={mutate} />}
        </Stack>
      </Card>
      <Group justify="center" gap="xs" mt="sm">
        <LanguageSwitch />
        <ThemeSwitch />
      </Group>
    </Box>
  );
}

interface LinkFormProps {
  /** Whether there is no other way to sign in. */
  main: boolean;
  pending: boolean;
  onCode: (code: string) => void;
}

function LinkForm({ main, pending, onCode }: LinkFormProps) {
  const { t } = useTranslation("signin");
  const [link, setLink] = useState("");
  const [wrong, setWrong] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const code = codeOf(link);
    setWrong(!code);
    if (code) onCode(code);
  };
  return (
    <form onSubmit={submit} aria-labelledby="link-title">
      <Stack gap="sm">
        <Title order={2} size="h3" id="link-title">
          {t("link.title")}
        </Title>
        <Text size="sm" c="dimmed">
          {t("link.how")}
        </Text>
        <Code block>tokenry login-link</Code>
        <TextInput
          label={t("link.field")}
          placeholder={t("link.placeholder")}
          value={link}
          onChange={(event) => setLink(event.currentTarget.value)}
          error={wrong && t("link.notALink")}
          autoComplete="off"
          spellCheck={false}
        />
        <Group justify="flex-end">
          <Button type="submit" variant={main ? "filled" : "default"} loading={pending}>
            {t("link.submit")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

const errors = ["login_failed", "login_expired", "no_account", "login_unavailable"] as const;

function known(error: string) {
  return errors.find((code) => code === error) ?? "login_failed";
}
