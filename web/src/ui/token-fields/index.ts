export { type Expiry, endOf, type LifetimePolicy, localDay, mustEnd, presetExpiry } from "./expiry";
export { ExpiryField, type ExpiryFieldProps } from "./expiry-field";
export type { Pair } from "./metadata";
export { MetadataField, type MetadataFieldProps } from "./metadata-field";
export { NetworksField, type NetworksFieldProps } from "./networks-field";
