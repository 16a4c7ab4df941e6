import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import i18next from "i18next";
import { afterEach, beforeAll, beforeEach, vi } from "vitest";
import { startI18n } from "@/locales/i18n";

// A busy machine takes its time.
configure({ asyncUtilTimeout: 15_000 });

// What jsdom lacks and Mantine asks for.
window.matchMedia = (query) => ({
  matches: false,
  media: query,
  onchange: null,
  addEventListener: () => {},
  removeEventListener: () => {},
  addListener: () => {},
  removeListener: () => {},
  dispatchEvent: () => false,
});
window.ResizeObserver = class {
  observe() {}
  unobserve() {}
  disconnect() {}
};
window.HTMLElement.prototype.scrollIntoView = () => {};
window.scrollTo = () => {};

beforeAll(async () => {
  document.head.innerHTML = '<base href="http://localhost:3000/console/">';
  await startI18n();
  i18next.on("missingKey", (_languages, namespace, key) => {
    throw new Error(`There is no text ${namespace}:${key}.`);
  });
});

beforeEach(() => {
  // A test that calls the API says what comes back.
  vi.stubGlobal("fetch", (request: Request | string | URL) => {
    throw new Error(`Unexpected call of ${request instanceof Request ? request.url : request}.`);
  });
});

afterEach(() => {
  cleanup();
  localStorage.clear();
  sessionStorage.clear();
  vi.unstubAllGlobals();
});
