import { Tabs, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { catalogQuery } from "@/api/catalog";
import { CopyButton } from "@/ui/copy-button";
import { exampleFor, variables } from "@/ui/secret-panel/snippets";
import { Section } from "../facts";
import classes from "../token.module.css";
import type { Token } from "../use-token";

const ways = ["bearer", "apiKey", "basic"] as const;

/** The three ways to send the secret, as calls that read it from the environment. */
export function HowToSend({ token }: { token: Token }) {
  const { t, i18n } = useTranslation("token");
  const { data: catalog } = useQuery(catalogQuery(i18n.language));
  const { method, path } = exampleFor(catalog, token) ?? { method: "GET", path: "/" };
  const secret = `$${variables.secret}`;
  const options = {
    bearer: `--header "Authorization: Bearer ${secret}"`,
    apiKey: `--header "X-API-Key: ${secret}"`,
    basic: `--user "${token.id}:${secret}"`,
  };
  const request = method === "GET" ? "" : ` --request ${method}`;
  return (
    <Section title={t("send.title")}>
      <Text size="sm" c="dimmed" mb="sm">
        {t("send.text", { variable: variables.secret })}
      </Text>
      <Tabs defaultValue="bearer" variant="outline" keepMounted={false}>
        <Tabs.List className={classes.tabs}>
          {ways.map((way) => (
            <Tabs.Tab key={way} value={way}>
              {t(`send.${way}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {ways.map((way) => {
          const text = `curl --globoff${request} "https://api.example.com${path}" \\\n  ${options[way]}`;
          return (
            <Tabs.Panel key={way} value={way} pt="sm">
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it may be wider than its place, and is scrolled by keys */}
              <pre className={classes.snippet} tabIndex={0}>
                {text}
              </pre>
              <Text size="xs" c="dimmed" my={6}>
                {t(`send.${way}Text`)}
              </Text>
              <CopyButton value={text} label={t("send.copy")} withText size="xs" />
            </Tabs.Panel>
          );
        })}
      </Tabs>
    </Section>
  );
}
