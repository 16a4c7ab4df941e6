export { ChipsField, type ChipsFieldProps } from "./chips-field";
