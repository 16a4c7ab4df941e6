import { Box, Text, UnstyledButton } from "@mantine/core";
import { Building2, ChevronsUpDown } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useAccount, useMe } from "@/api/me";
import { AccountChoice } from "./account-choice";
import classes from "./account-switcher.module.css";

/** Says which account is acted in. Operators choose another one here. */
export function AccountSwitcher() {
  const { t } = useTranslation();
  const { operator, accountId, account: own } = useMe();
  const { data: account } = useAccount();
  const name = (accountId === own?.id ? own?.name : account?.name) ?? (accountId ? "…" : t("account.choose"));
  if (!operator) {
    return (
      <Text size="sm" fw={600} truncate>
        {name}
      </Text>
    );
  }
  return (
    <AccountChoice>
      {(toggle, opened) => (
        <UnstyledButton
          className={classes.button}
          onClick={toggle}
          aria-haspopup="listbox"
          aria-expanded={opened}
          aria-label={`${t("account.label")}: ${name}`}
        >
          <Building2 size={16} aria-hidden />
          <Box className={classes.name}>{name}</Box>
          <ChevronsUpDown size={14} aria-hidden />
        </UnstyledButton>
      )}
    </AccountChoice>
  );
}
