import { readFile, writeFile } from "node:fs/promises";

import { build } from "esbuild";

/** Libraries in CommonJS ask for Node's own modules by `require`, which an ES module has to make for itself. */
const REQUIRE =
  'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

await build({
  entryPoints: { index: "src/handler.ts", cli: "src/cli.ts" },
  outdir: "dist",
  outExtension: { ".js": ".mjs" },
  bundle: true,
  platform: "node",
  // The command line also runs where Node is older than Lambda's.
  target: "node20",
  format: "esm",
  mainFields: ["module", "main"],
  banner: { js: REQUIRE },
  minify: true,
  sourcemap: "linked",
  logLevel: "warning",
});

/** The report's page: styles and script of one file, into which a report then only puts its data. */
const { outputFiles } = await build({
  entryPoints: ["src/html-report/page/page.ts", "src/html-report/page/styles.css"],
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
    .replace("__STYLES__", () => textOf("styles.css"))
    .replace("__SCRIPT__", () => textOf("page.js").replaceAll("</script", String.raw`<\/script`)),
);
