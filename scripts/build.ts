import { readFile, rm, writeFile } from "node:fs/promises";

import { type BuildOptions, build } from "esbuild";

/** Libraries in CommonJS ask for Node's own modules by `require`, which an ES module has to make for itself. */
const REQUIRE =
  'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

const COMMON: BuildOptions = {
  outExtension: { ".js": ".mjs" },
  bundle: true,
  platform: "node",
  // The command line also runs where Node is older than Lambda's.
  target: "node20",
  format: "esm",
  mainFields: ["module", "main"],
  sourcemap: "linked",
  logLevel: "warning",
};
const FINAL: BuildOptions = { outdir: "dist", banner: { js: REQUIRE }, minify: true };

/*
 * The handler, in two passes: in a file of its own, what is loaded late loses the code that nothing uses. Together with the
 * rest, esbuild keeps all of it, such as every operation of an SDK client. The second pass makes one file of the parts.
 */
const PARTS = "dist/parts";
await build({
  ...COMMON,
  entryPoints: { index: "src/handler.ts" },
  outdir: PARTS,
  splitting: true,
});
await build({ ...COMMON, ...FINAL, entryPoints: [`${PARTS}/index.mjs`] });
await rm(PARTS, { recursive: true });

/* The command line, in one pass: its parts stay files of their own, so that --help reads little and a run what it needs. */
await rm("dist/cli", { recursive: true, force: true });
await build({
  ...COMMON,
  ...FINAL,
  entryPoints: { cli: "src/cli.ts" },
  splitting: true,
  chunkNames: "cli/[name]-[hash]",
});

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
