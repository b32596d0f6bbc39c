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
