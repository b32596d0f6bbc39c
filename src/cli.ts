#!/usr/bin/env node
import { createInterface } from "node:readline/promises";

import { ConfigError } from "./errors.ts";
import { runCommand } from "./terminal/command.ts";

const { stdin, stdout, stderr } = process;

/** Asks at the terminal, since stdout or stderr can be a file. No answer means no. */
async function ask(question: string): Promise<boolean> {
  const output = [stderr, stdout].find(({ isTTY }) => isTTY);
  if (output === undefined) throw new ConfigError("There is no terminal to ask at: add --yes.");
  const prompt = createInterface({ input: stdin, output });
  try {
    return /^y(es)?$/i.test((await prompt.question(question)).trim());
  } catch {
    return false;
  } finally {
    prompt.close();
  }
}

process.exitCode = await runCommand(process.argv.slice(2), {
  env: process.env,
  out: (text) => stdout.write(text),
  err: (text) => stderr.write(text),
  isOutTTY: stdout.isTTY,
  // A line needs a width; and Ctrl-C has to end the program, which a discarded input would swallow.
  ...(stderr.isTTY &&
    stderr.columns > 0 && {
      startSpinner: async () => {
        const { default: ora } = await import("ora");
        return ora({ stream: stderr, discardStdin: false }).start();
      },
    }),
  ...(stdin.isTTY && { ask }),
  // The same place from src and from dist.
  reportTemplate: new URL("../dist/report.html", import.meta.url),
});
