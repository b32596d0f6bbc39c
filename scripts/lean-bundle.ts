import { readFile } from "node:fs/promises";

import type { Plugin } from "esbuild";

/*
 * Plugins that leave out of a bundle what it never uses. `npm run bench -- --only start` shows what that saves.
 */

/**
 * Lets esbuild leave out the schemas of operations that nothing calls. A schema is an array. esbuild keeps an unused array if an object
 * in it has a computed key. The SDK writes `[_n]: value` after `const _n = "name"`. This plugin writes `"name": value`.
 */
export const dropUnusedSchemas: Plugin = {
  name: "drop-unused-schemas",
  setup(build) {
    build.onLoad({ filter: /dist-es[\\/]schemas[\\/]schemas_0\.js$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const names = new Map(
        [...source.matchAll(/^const (\w+) = (".*");$/gm)].map(([, name, text]) => [name, text]),
      );
      const contents = source.replace(/\[(\w+)\]:/g, (key, name) =>
        names.has(name) ? `${names.get(name)}:` : key,
      );
      return { contents };
    });
  },
};

/**
 * Loads `node:http` by `require`. An `import` reads each of its exports, and reading `WebSocket` loads Node's own `fetch`, which takes
 * time and memory.
 */
export const requireHttp: Plugin = {
  name: "require-http",
  setup(build) {
    build.onResolve({ filter: /^(node:)?http$/ }, ({ kind }) =>
      kind === "require-call"
        ? { path: "node:http", external: true }
        : { path: "node:http", namespace: "require" },
    );
    build.onLoad({ filter: /.*/, namespace: "require" }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
  },
};
