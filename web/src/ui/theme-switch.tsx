import { ActionIcon, type MantineColorScheme, Menu, useMantineColorScheme } from "@mantine/core";
import { Moon, Sun, SunMoon } from "lucide-react";
import { useTranslation } from "react-i18next";

const icons = { light: Sun, dark: Moon, auto: SunMoon };

/** Changes between light, dark and what the system says. */
export function ThemeSwitch() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const Current = icons[colorScheme];
  return (
    <Menu position="top-end">
      <Menu.Target>
        <ActionIcon aria-label={`${t("theme.label")}: ${t(`theme.${colorScheme}`)}`}>
          <Current size={17} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {(Object.keys(icons) as MantineColorScheme[]).map((scheme) => {
          const Icon = icons[scheme];
          return (
            <Menu.Item
              key={scheme}
              leftSection={<Icon size={15} aria-hidden />}
              onClick={() => setColorScheme(scheme)}
              fw={scheme === colorScheme ? 650 : undefined}
            >
              {t(`theme.${scheme}`)}
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}
