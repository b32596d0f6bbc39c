import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** The Go module that is the API server. */
export const SOURCES = "test/kube/server";

const hash = createHash("sha256");
for (const name of ["go.mod", "go.sum", "main.go"]) hash.update(readFileSync(join(SOURCES, name)));

// As the XDG specification says, an empty variable counts as unset.
const caches = process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache");

/** Where the built API server is: outside the work tree, and elsewhere for other sources. */
export const BUILT_SERVER = join(
  caches,
  "aws-ecr-cleaner",
  `kube-apiserver-${hash.digest("hex").slice(0, 16)}`,
);
