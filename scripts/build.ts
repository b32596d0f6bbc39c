import { readFile, rm, writeFile } from "node:fs/promises";

import { build } from "esbuild";

import { dropUnusedSchemas, requireHttp } from "./lean-bundle.ts";

/** Libraries in CommonJS ask for Node's own modules by `require`, which an ES module has to make for itself. */
const REQUIRE =
  'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

/** The handler and the command line, each with the folder of its parts. Lambda would load a folder `index` in place of `index.mjs`. */
const ENTRIES = [
  { name: "index", source: "src/handler.ts", parts: "handler" },
  { name: "cli", source: "src/cli.ts", parts: "cli" },
];

await rm("dist", { recursive: true, force: true });

/* Parts stay files of their own: a start parses little, and a run loads what it needs. */
for (const { name, source, parts } of ENTRIES) {
  await build({
    entryPoints: { [name]: source },
    outdir: "dist",
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    chunkNames: `${parts}/[name]-[hash]`,
    platform: "node",
    // The command line also runs where Node is older than Lambda's.
    target: "node20",
    format: "esm",
    mainFields: ["module", "main"],
    banner: { js: REQUIRE },
    plugins: [dropUnusedSchemas, requireHttp],
    minify: true,
    sourcemap: "linked",
    logLevel: "warning",
  });
}

/** The report's page: styles and script of one file, into which a report then only puts its data. */
const { outputFiles } = await build({
  entryPoints: ["src/html-report/page/page.ts", "src/html-report/page/page.css"],
  outdir: "page",
  bundle: true,
  platform: "browser",
  target: "es2023",
  format: "iife",
  minify: true,
  write: false,
  logLevel: "warning",
});
const textOf = (end: string) => outputFiles.find(({ path }) => path.endsWith(end))?.text ?? "";
const page = await readFile("src/html-report/page/page.html", "utf8");
await writeFile(
  "dist/report.html",
  page
    .replace("__STYLES__", () => textOf("page.css"))
    .replace("__SCRIPT__", () => textOf("page.js").replaceAll("</script", String.raw`<\/script`)),
);
