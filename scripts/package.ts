import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { env, argv } from "node:process";

/** The fields of package.json that people who install the package need. What the bundle contains is no dependency of it. */
const PUBLISHED = [
  "name",
  "version",
  "description",
  "license",
  "type",
  "engines",
  "bin",
  "exports",
] as const;

/*
 * Puts the npm package together in a folder, by default dist/package, from what `npm run build` has made. Not the repository
 * itself is published: npm would fetch again what is in the bundle.
 */
const [folder = "dist/package"] = argv.slice(2);
const manifest: Readonly<Record<string, unknown>> & { readonly files: readonly string[] } =
  JSON.parse(readFileSync("package.json", "utf8"));

rmSync(folder, { recursive: true, force: true });
for (const path of globSync([...manifest.files, "README.md", "LICENSE"])) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  cpSync(path, join(folder, path));
}
const published = Object.fromEntries(PUBLISHED.map((field) => [field, manifest[field]]));
const text = JSON.stringify({ ...published, ...repository() }, undefined, 2);
writeFileSync(join(folder, "package.json"), `${text}\n`);

/** Where a release is made: npm compares it with the provenance. The repository does not know its own address. */
function repository() {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = env;
  if (server === undefined || name === undefined) return {};
  return { repository: { type: "git", url: `git+${server}/${name}.git` } };
}
