export { actionsFor } from "./actions";
export { type TokenAction, TokenDialog } from "./token-dialog";
export { TokenMenu, type TokenMenuProps } from "./token-menu";
