export { AccessMark, SensitiveMark } from "./marks";
export { ScopePicker, type ScopePickerProps } from "./scope-picker";
export { existsIn, inVersion, parted, scopesOf, unmetNeeds } from "./selection";
