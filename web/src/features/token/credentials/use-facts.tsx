import { useTranslation } from "react-i18next";
import { DateText } from "@/ui/date-text";
import { Fact } from "@/ui/surface";
import { useFormat } from "@/ui/use-format";
import classes from "../token.module.css";
import type { Token } from "../use-token";
import type { SecretUse } from "./use-secrets";

/** Who uses a secret, as facts of a list. */
export function UseFacts({ token, use }: { token: Token; use: SecretUse }) {
  const { t } = useTranslation("token");
  const format = useFormat();
  return (
    <>
      <Fact name={t("credentials.calls")}>
        {t("credentials.callsSince", { calls: format.number(use.calls), time: format.time(use.since) })}
      </Fact>
      {use.lastAt && (
        <Fact name={t("credentials.lastUsed")}>
          <DateText value={use.lastAt} /> {use.lastIp && t("credentials.from", { ip: use.lastIp })}
        </Fact>
      )}
      {use.callers.length > 0 && (
        <Fact name={t("credentials.callers")}>
          <ul className={classes.list}>
            {use.callers.map((caller) => (
              <li key={caller}>
                <Caller id={caller} token={token} />
              </li>
            ))}
          </ul>
        </Fact>
      )}
    </>
  );
}

/** Who asked Tokenry about a secret: a service by its token's id, or the program that holds the secret. */
export function Caller({ id, token }: { id: string | null; token: Token }) {
  const { t } = useTranslation("token");
  if (id === null) return <>{t("caller.others")}</>;
  if (id === token.id) return <>{t("caller.itself")}</>;
  return <code>{id}</code>;
}
