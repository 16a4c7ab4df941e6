import { Button, Group, Text } from "@mantine/core";
import { ChevronLeft, ChevronRight, ChevronsLeft } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/ui/use-format";

interface Props {
  /** Undefined if nobody knows. */
  page: number | undefined;
  /** How many tokens the page has. */
  count: number;
  onFirst?: () => void;
  onPrevious?: () => void;
  onNext?: () => void;
}

export function Pager({ page, count, onFirst, onPrevious, onNext }: Props) {
  const { t } = useTranslation("tokens");
  const format = useFormat();
  if (!onFirst && !onNext) {
    return (
      <Text size="sm" c="dimmed" role="status">
        {count > 0 && t("pager.all", { count })}
      </Text>
    );
  }
  return (
    <Group component="nav" justify="space-between" aria-label={t("pager.label")}>
      <Text size="sm" c="dimmed" role="status">
        {page === undefined ? "" : t("pager.page", { page: format.number(page) })}
      </Text>
      <Group gap="xs">
        {onFirst && (
          <Button variant="subtle" color="gray" leftSection={<ChevronsLeft size={16} aria-hidden />} onClick={onFirst}>
            {t("pager.first")}
          </Button>
        )}
        <Button
          variant="default"
          leftSection={<ChevronLeft size={16} aria-hidden />}
          onClick={onPrevious}
          disabled={!onPrevious}
        >
          {t("pager.previous")}
        </Button>
        <Button
          variant="default"
          rightSection={<ChevronRight size={16} aria-hidden />}
          onClick={onNext}
          disabled={!onNext}
        >
          {t("pager.next")}
        </Button>
      </Group>
    </Group>
  );
}
