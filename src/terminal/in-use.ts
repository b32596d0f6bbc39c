import { AwsCallError } from "../aws/calls.ts";
import { ScanError } from "../errors.ts";
import { printable } from "./printable.ts";
import type { Terminal } from "./terminal.ts";
import { logFor } from "./watch.ts";

/**
 * Prints the references that this account uses in this Region, as a list for IN_USE_LISTS. If any of them may be missing, it
 * prints only errors. Throws ConfigError.
 */
export async function printInUse(terminal: Terminal): Promise<0 | 1> {
  // They load everything of AWS, which --help and a wrong option do not need.
  const { listInUse } = await import("../run/list-in-use.ts");
  const { writeJsonList } = await import("../in-use/lists/json-list.ts");
  const view = { terminal, isForMachines: false, isShown: () => false };
  try {
    const list = await listInUse(logFor(view, terminal.env));
    terminal.out(writeJsonList(list));
    return 0;
  } catch (error) {
    for (const { message } of errorsOf(error)) {
      terminal.err(`aws-ecr-cleaner: ${printable(message)}\n`);
    }
    terminal.err("No list is printed, since it would not be complete.\n");
    return 1;
  }
}

/** What kept AWS from being read. Throws every other error. */
function errorsOf(error: unknown): readonly Error[] {
  if (error instanceof ScanError) return error.errors;
  if (error instanceof AwsCallError) return [error];
  throw error;
}
