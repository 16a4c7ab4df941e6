import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Plugin } from "vite";

const smallest = 1024;
const pays = /\.(js|css|svg|json|txt)$/; // pages are filled in for each request

/**
 * Writes a .br and a .gz in place of each file that is worth it, so that the server compresses nothing, and its binary
 * holds nothing twice.
 */
export function precompress(): Plugin {
  let folder = "";
  return {
    name: "precompress",
    apply: "build",
    configResolved: (config) => {
      folder = resolve(config.root, config.build.outDir);
    },
    closeBundle: async () => {
      const files = await readdir(folder, { recursive: true });
      await Promise.all(files.filter((f) => pays.test(f)).map((f) => compress(join(folder, f))));
    },
  };
}

async function compress(file: string) {
  const content = await readFile(file);
  if (content.length <= smallest) return;
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  await writeFile(`${file}.br`, await promisify(brotliCompress)(content, { params }));
  await writeFile(`${file}.gz`, await promisify(gzip)(content, { level: constants.Z_BEST_COMPRESSION }));
  await rm(file);
}
