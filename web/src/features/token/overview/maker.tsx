import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useContact } from "@/ui/contact-fields/use-contacts";

/** Who made a token, as the API names them: kind and id. */
export function Maker({ of }: { of: string }) {
  const { t } = useTranslation("token");
  const at = of.indexOf(":");
  const [kind, id] = [of.slice(0, at), of.slice(at + 1)];
  const { data } = useContact(kind === "member" ? id : "");
  const say = () => {
    switch (kind) {
      case "member":
        return data ? t("by.person", { name: data.name }) : t("by.member");
      case "token":
        return t("by.service", { id });
      case "user":
        return t("by.operator");
      case "local":
        return t("by.local", { name: id });
      default:
        return t("by.system");
    }
  };
  return (
    <Text span inherit c="dimmed">
      {say()}
    </Text>
  );
}
