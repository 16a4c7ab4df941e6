export { NoMail } from "./no-mail";
export { NoticeState } from "./notice-state";
export { Recipient } from "./recipient";
