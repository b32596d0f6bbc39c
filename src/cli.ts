import { createInterface } from "node:readline/promises";

import ora from "ora";

import { runCommand } from "./terminal/command.ts";

/** Asks on stderr, as stdout may go to a file. */
async function ask(question: string): Promise<boolean> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await prompt.question(question);
  prompt.close();
  return /^y(es)?$/i.test(answer.trim());
}

const isErrTTY = process.stderr.isTTY;
process.exitCode = await runCommand(process.argv.slice(2), {
  env: process.env,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  isOutTTY: process.stdout.isTTY,
  ...(isErrTTY && { startSpinner: () => ora({ stream: process.stderr }).start() }),
  ...(isErrTTY && process.stdin.isTTY && { ask }),
  // The same place from src and from dist.
  reportTemplate: new URL("../dist/report.html", import.meta.url),
});
