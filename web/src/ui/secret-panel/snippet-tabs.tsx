import { Tabs, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { catalogQuery } from "@/api/catalog";
import type { Schema } from "@/api/client";
import { CopyButton } from "@/ui/copy-button";
import classes from "./secret-panel.module.css";
import { curl, curlBasic, envFileName, exampleFor, go } from "./snippets";

/** Ready calls with a token. They read the secret from where the `.env` file puts it. */
export function Snippets({ token }: { token: Pick<Schema["Token"], "id" | "account_id" | "name" | "scopes"> }) {
  const { t, i18n } = useTranslation("secret");
  const { data: catalog } = useQuery(catalogQuery(i18n.language));
  const route = exampleFor(catalog, token);
  const file = envFileName(token);
  const texts = { curl: curl(route, file), go: go(route), basic: curlBasic(route, file) };
  return (
    <div>
      <Text size="sm" fw={600} mb={4}>
        {t("use.title")}
      </Text>
      <Tabs defaultValue="curl" variant="outline" keepMounted={false}>
        <Tabs.List>
          {(["curl", "go", "basic"] as const).map((kind) => (
            <Tabs.Tab key={kind} value={kind}>
              {t(`use.${kind}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {(["curl", "go", "basic"] as const).map((kind) => (
          <Tabs.Panel key={kind} value={kind} pt="xs">
            <div className={classes.snippet}>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it may be wider than its place, and is scrolled by keys */}
              <section tabIndex={0} aria-label={t(`use.${kind}`)}>
                <pre>{texts[kind]}</pre>
              </section>
              <div className={classes.copy}>
                <CopyButton value={texts[kind]} label={t("use.copy")} />
              </div>
            </div>
            <Text size="xs" c="dimmed" mt={6}>
              {t(kind === "basic" ? "use.basicNote" : "use.note", { file })}
            </Text>
          </Tabs.Panel>
        ))}
      </Tabs>
    </div>
  );
}
