export { LeaveGuard } from "./leave-guard";
export { unsaved } from "./unsaved";
