import { Box, Burger, Group } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Outlet, useMatches, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/me";
import { LanguageSwitch } from "@/ui/language-switch";
import { Logo } from "@/ui/logo";
import { ThemeSwitch } from "@/ui/theme-switch";
import { AccountNeeded } from "./account-needed";
import { AccountSwitcher } from "./account-switcher";
import { ConnectionBanner } from "./connection-banner";
import { Navigation } from "./navigation";
import classes from "./shell.module.css";
import { useChooseLanguage } from "./use-choose-language";
import { UserMenu } from "./user-menu";

/** The frame around every page of the signed-in: where one is, who one is, and for which account one acts. */
export function Shell() {
  const { t } = useTranslation();
  const me = useMe();
  const [opened, { toggle, close }] = useDisclosure();
  const chooseLanguage = useChooseLanguage();
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const needsAccount = useMatches({ select: (matches) => matches.some((match) => match.staticData.needsAccount) });

  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever the page is another one
  useEffect(close, [path]);

  return (
    <div className={classes.shell}>
      <button type="button" className={classes.skip} onClick={() => main.current?.focus()}>
        {t("nav.skip")}
      </button>
      <header className={classes.header}>
        <Group gap="sm" wrap="nowrap" miw={0}>
          <Burger
            opened={opened}
            onClick={toggle}
            hiddenFrom="sm"
            size="sm"
            aria-label={t(opened ? "nav.close" : "nav.open")}
            aria-expanded={opened}
          />
          <Box visibleFrom="sm" w={188}>
            <Logo />
          </Box>
          <AccountSwitcher />
        </Group>
        <UserMenu />
      </header>
      <div className={classes.side} data-opened={opened || undefined}>
        <div className={classes.navigation}>
          <Navigation />
        </div>
        <Group justify="space-between" wrap="nowrap" pt="sm">
          <LanguageSwitch onChange={chooseLanguage} />
          <ThemeSwitch />
        </Group>
      </div>
      <main ref={main} tabIndex={-1} className={classes.main}>
        <ConnectionBanner />
        <div className={classes.page}>
          {/* Another account is another page: nothing typed or chosen for one is carried into the other. */}
          {needsAccount && !me.accountId ? <AccountNeeded /> : <Outlet key={me.accountId} />}
        </div>
      </main>
    </div>
  );
}
