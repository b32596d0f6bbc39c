import { writeFileSync } from "node:fs";

import { generateFiles } from "./generated-files.ts";

/** Writes every file, or part of a file, that is made from the sources of evidence, the permissions and the settings. */
for (const [path, text] of await generateFiles()) writeFileSync(path, text);
