import { SegmentedControl, VisuallyHidden } from "@mantine/core";
import { useLocalStorage, useMediaQuery } from "@mantine/hooks";
import { LayoutGrid, List } from "lucide-react";
import { useTranslation } from "react-i18next";

export type View = "table" | "cards";

/** Table or cards, as chosen last. There is no room for a table on a phone. */
export function useView(): [View, (view: View) => void] {
  const [chosen, setChosen] = useLocalStorage<View>({
    key: "tokenry.tokens.view",
    defaultValue: "table",
    getInitialValueInEffect: false,
    deserialize: (value) => (value === "cards" ? "cards" : "table"),
    serialize: (value) => value,
  });
  const narrow = useMediaQuery("(max-width: 62em)", false, { getInitialValueInEffect: false });
  return [narrow ? "cards" : chosen, setChosen];
}

export function ViewSwitch({ value, onChange }: { value: View; onChange: (view: View) => void }) {
  const { t } = useTranslation("tokens");
  const option = (view: View, Icon: typeof List) => ({
    value: view,
    label: (
      <>
        <Icon size={16} aria-hidden style={{ display: "block" }} />
        <VisuallyHidden>{t(`view.${view}`)}</VisuallyHidden>
      </>
    ),
  });
  return (
    <SegmentedControl
      aria-label={t("view.label")}
      visibleFrom="md"
      size="sm"
      value={value}
      onChange={(view) => onChange(view as View)}
      data={[option("table", List), option("cards", LayoutGrid)]}
    />
  );
}
