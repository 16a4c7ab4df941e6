import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { placeholders } from "./build/placeholders.ts";
import { precompress } from "./build/precompress.ts";

const server = process.env.TOKENRY_DEV_SERVER ?? "http://127.0.0.1:8080";

// Many small files compress worse than a few: what the console starts with is one, what several pages need another.
const groups = [
  { name: "base", tags: ["$initial" as const], test: /^(?!.*(docs\.html|src\/docs|swagger-ui))/, priority: 2 },
  { name: "parts", minShareCount: 4, priority: 1 },
];

export default defineConfig(({ command }) => ({
  // The server says in <base> where the console is: all addresses in the build are relative.
  base: command === "build" ? "./" : "/console/",
  // Pages get it from the server, as that of the API's reference is not beside the files.
  experimental: {
    renderBuiltUrl: (file, { hostType }) => (hostType === "html" ? `__BASE__${file}` : { relative: true }),
  },
  plugins: [react(), placeholders(), precompress()],
  resolve: { alias: { "@": fileURLToPath(new URL("src", import.meta.url)) } },
  build: {
    outDir: "dist",
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2000,
    rolldownOptions: { input: ["index.html", "docs.html"], output: { codeSplitting: { groups } } },
  },
  server: {
    host: "127.0.0.1",
    proxy: { "^/(?!console/)": server, "/console/config.json": server },
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/test/setup.ts"],
    restoreMocks: true,
    testTimeout: 60_000,
  },
}));
