import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

// Each shade is chosen so that what Mantine makes of it has enough contrast in both schemes.
const pine: MantineColorsTuple = [
  "#edf7f5",
  "#d6ece7",
  "#aedacf",
  "#82c7b8",
  "#55b2a0",
  "#2f9885",
  "#177f6d",
  "#0c6b5b",
  "#0a564a",
  "#074238",
];
const gray: MantineColorsTuple = [
  "#f7f8f7",
  "#eef0ef",
  "#e2e5e4",
  "#d1d6d4",
  "#b2b9b7",
  "#869090",
  "#5b6564",
  "#454d4c",
  "#303736",
  "#1d2322",
];
const dark: MantineColorsTuple = [
  "#dbdfde",
  "#bac1bf",
  "#97a09e",
  "#6b7573",
  "#434b49",
  "#333a38",
  "#272d2c",
  "#181c1b",
  "#131716",
  "#0d100f",
];

const red: MantineColorsTuple = [
  "#fdecec",
  "#fbd9d9",
  "#f5b0b0",
  "#f08585",
  "#ea6161",
  "#e04848",
  "#d43838",
  "#c22b2b",
  "#a62222",
  "#8a1b1b",
];

const sans = [
  "system-ui",
  "-apple-system",
  "Segoe UI",
  "Roboto",
  "Noto Sans",
  "PingFang SC",
  "Hiragino Sans GB",
  "Microsoft YaHei",
  "Noto Sans CJK SC",
  "Source Han Sans SC",
  "sans-serif",
]
  .map((font) => (font.includes(" ") ? `"${font}"` : font))
  .join(", ");
const mono =
  'ui-monospace, "Cascadia Mono", "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", "Noto Sans Mono CJK SC", monospace';

/** The console's look: compact, quiet, one green. */
export const theme = createTheme({
  black: gray[9],
  colors: { pine, gray, dark, red },
  primaryColor: "pine",
  primaryShade: { light: 7, dark: 7 },
  fontFamily: sans,
  fontFamilyMonospace: mono,
  defaultRadius: "sm",
  radius: { xs: "3px", sm: "6px", md: "8px", lg: "12px", xl: "20px" },
  spacing: { xs: "8px", sm: "12px", md: "16px", lg: "24px", xl: "32px" },
  fontSizes: { xs: "12px", sm: "13.5px", md: "15px", lg: "17px", xl: "20px" },
  headings: {
    fontFamily: sans,
    fontWeight: "650",
    sizes: {
      h1: { fontSize: "24px", lineHeight: "1.3" },
      h2: { fontSize: "18px", lineHeight: "1.35" },
      h3: { fontSize: "15px", lineHeight: "1.4" },
    },
  },
  cursorType: "pointer",
  focusRing: "auto",
  respectReducedMotion: true,
  components: {
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray", size: "lg" } },
    Button: { defaultProps: { size: "sm" } },
    Card: { defaultProps: { withBorder: true, padding: "md", radius: "md" } },
    Input: { defaultProps: { size: "sm" } },
    Loader: { defaultProps: { type: "dots" } },
    Menu: { defaultProps: { shadow: "md", withinPortal: true } },
    Modal: { defaultProps: { centered: true, radius: "md" } },
    Paper: { defaultProps: { radius: "md" } },
    Table: { defaultProps: { verticalSpacing: "xs", horizontalSpacing: "sm" } },
    Tooltip: { defaultProps: { withArrow: true, openDelay: 300, events: { hover: true, focus: true, touch: true } } },
  },
});

/** What the theme's colours do not reach: texts that must be read on either ground. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: { "--app-header": "56px" },
  light: {
    "--mantine-color-body": "#fbfcfb",
    "--mantine-color-dimmed": gray[6],
    "--mantine-color-placeholder": gray[6],
    "--mantine-color-error": "#c22b2b",
    "--mantine-color-anchor": pine[7],
    "--mantine-color-orange-light": "#fdf0e1",
    "--mantine-color-orange-light-color": "#8f4508",
    "--mantine-color-red-light": "#fdecec",
    "--mantine-color-red-light-color": "#a31d1d",
    "--app-surface": "#ffffff",
    "--app-warning": "#a83a08",
    "--app-line": gray[2],
  },
  dark: {
    "--mantine-color-dimmed": dark[2],
    "--mantine-color-placeholder": dark[2],
    "--mantine-color-error": "#ff8080",
    "--mantine-color-anchor": pine[3],
    "--mantine-color-pine-light": "rgba(85, 178, 160, 0.16)",
    "--mantine-color-pine-light-hover": "rgba(85, 178, 160, 0.22)",
    "--mantine-color-orange-light": "rgba(242, 153, 74, 0.15)",
    "--mantine-color-orange-light-color": "#f4b678",
    "--mantine-color-red-light": "rgba(240, 98, 98, 0.16)",
    "--mantine-color-red-light-color": "#ffa3a3",
    "--app-surface": "#1e2322",
    "--app-warning": "var(--mantine-color-orange-4)",
    "--app-line": dark[5],
  },
});
