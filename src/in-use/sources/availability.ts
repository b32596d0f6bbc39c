import { isGone } from "../../aws/calls.ts";

/** Node's code for a host name that does not resolve. */
const NO_SUCH_HOST = "ENOTFOUND";

/**
 * Reads a source that not every Region has: there, its host name does not resolve. (ECR's does: it has answered before any
 * evidence is read.) Everything else is an error.
 */
export async function whereAvailable(
  read: () => Promise<void>,
): Promise<"complete" | "not-available"> {
  try {
    await read();
    return "complete";
  } catch (error) {
    if (isGone(error, NO_SUCH_HOST)) return "not-available";
    throw error;
  }
}
