import { execFileSync } from "node:child_process";
import { existsSync, renameSync } from "node:fs";
import { parseArgs } from "node:util";

import { BUILT_SERVER, SOURCES } from "./built-server.ts";

// Builds the API server if it is not built yet. With `--check`, it only fails if the server is not built.
const { values } = parseArgs({ options: { check: { type: "boolean" } } });

if (values.check === true) {
  process.exitCode = existsSync(BUILT_SERVER) ? 0 : 1;
} else if (!existsSync(BUILT_SERVER)) {
  console.log("Building kube-apiserver. This takes minutes, once.");
  // A build that is interrupted leaves no server.
  const unfinished = `${BUILT_SERVER}.${process.pid}`;
  const args = [
    "build",
    "-trimpath",
    "-buildvcs=false",
    "-ldflags",
    "-s -w",
    "-o",
    unfinished,
    ".",
  ];
  try {
    execFileSync("go", args, { cwd: SOURCES, stdio: "inherit" });
  } catch (cause) {
    throw new Error("cannot build kube-apiserver; install Go 1.24 or later", { cause });
  }
  renameSync(unfinished, BUILT_SERVER);
}
