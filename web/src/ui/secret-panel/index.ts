export { SecretPanel, type SecretPanelProps } from "./secret-panel";
export { Snippets } from "./snippet-tabs";
