import { isServiceMissing } from "../../aws/calls.ts";

/**
 * Reads a source that not every Region has. There, its host name has never resolved, while that of ECR, or of STS, has: one of
 * them answers before any evidence is read. Everything else is an error.
 */
export async function whereAvailable(
  read: () => Promise<void>,
): Promise<"complete" | "not-available"> {
  try {
    await read();
    return "complete";
  } catch (error) {
    if (isServiceMissing(error)) return "not-available";
    throw error;
  }
}
