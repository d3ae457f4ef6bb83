// Build the widget into one file, whose first line names the sources that it was made from.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "..", "..", "connectors", "webchat", "dist");
const MOST_BYTES = 60 * 1024;

function hashSources() {
  const files = readdirSync(join(here, "src"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(here, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .sort();
  const hash = createHash("sha256");
  for (const name of files) hash.update(name + "\n").update(readFileSync(join(here, name))).update("\n");
  return hash.digest("hex");
}

await build({
  root: here,
  configFile: false,
  logLevel: "warn",
  build: {
    outDir: target,
    emptyOutDir: true,
    target: "es2022",
    lib: { entry: join(here, "src", "index.ts"), formats: ["iife"], name: "gridtalk", fileName: () => "gridtalk-chat.js" },
  },
});

const file = join(target, "gridtalk-chat.js");
const built = `/* gridtalk-chat. Apache-2.0. Built by "make web" from web/widget, sources sha256:${hashSources()} */\n${readFileSync(file, "utf8")}`;
writeFileSync(file, built);
const size = gzipSync(built, { level: 9 }).length;
console.log(`gridtalk-chat.js: ${built.length} bytes, ${size} gzip`);
if (size > MOST_BYTES) throw new Error(`the widget has ${size} bytes, at most ${MOST_BYTES}`);
