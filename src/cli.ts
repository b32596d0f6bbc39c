#!/usr/bin/env node
import { createInterface } from "node:readline/promises";

import { ConfigError, hasCode } from "./errors.ts";
import { keepHeapSmall } from "./heap.ts";
import { optimizeLate } from "./optimize-late.ts";
import { runCommand } from "./terminal/command.ts";
import { InterruptedError } from "./terminal/terminal.ts";

keepHeapSmall();
optimizeLate();

const { stdin, stdout, stderr } = process;

/** Asks at the terminal, since stdout or stderr can be a file. No answer means no. Throws InterruptedError on Ctrl-C. */
async function ask(question: string): Promise<boolean> {
  const output = [stderr, stdout].find(({ isTTY }) => isTTY);
  if (output === undefined) throw new ConfigError("There is no terminal to ask at: add --yes.");
  const prompt = createInterface({ input: stdin, output });
  // Node settles a question by neither: Ctrl-C arrives as an event, and the end of the input closes the prompt.
  const end = new Promise<string>((resolve, reject) => {
    prompt.once("SIGINT", () => reject(new InterruptedError("Ctrl-C")));
    prompt.once("close", () => resolve(""));
  });
  try {
    const answer = await Promise.race([prompt.question(question), end]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    prompt.close();
  }
}

/** The errors of an output that nobody reads any longer: `head` has ended, or the terminal is closed. */
const NO_READER = ["EPIPE", "EIO"];

/** If its output cannot be written, a run still goes on to its end. Then it fails, unless nobody reads the output. */
for (const stream of [stdout, stderr]) {
  stream.once("error", (error) => {
    // Each further line fails too.
    stream.on("error", () => {});
    if (NO_READER.some((code) => hasCode(error, code))) return;
    process.once("exit", () => {
      stderr.write(`aws-ecr-cleaner: The output could not be written: ${error.message}\n`);
      process.exitCode = 1;
    });
  });
}

process.exitCode = await runCommand(process.argv.slice(2), {
  env: process.env,
  out: (text) => stdout.write(text),
  err: (text) => stderr.write(text),
  isOutTTY: stdout.isTTY,
  ...(stdout.isTTY && stdout.columns > 0 && { columns: stdout.columns }),
  // A line needs a width; and Ctrl-C has to end the program, which a discarded input would swallow.
  ...(stderr.isTTY &&
    stderr.columns > 0 && {
      startSpinner: async () => {
        const { default: ora } = await import("ora");
        return ora({ stream: stderr, discardStdin: false }).start();
      },
    }),
  ...(stdin.isTTY && { ask }),
});
