/** The API's address, without a slash at the end: it lies beside the console, whatever the prefix. */
export const apiBase = new URL("../", document.baseURI).href.replace(/\/$/, "");

/** The console's path, without a slash at the end. */
export const consolePath = new URL(document.baseURI).pathname.replace(/\/$/, "");
