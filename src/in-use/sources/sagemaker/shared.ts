import { AwsCallError } from "../../../aws/calls.ts";
import type { Report } from "../source.ts";

/** What SageMaker uses by its name, and what another account can sell or share. */
interface Shared {
  /** Its ARN, or its name if it is of this account. */
  readonly name: string;
  /** The ARN of what uses it. */
  readonly ownArn: string;
  readonly report: Report;
}

/**
 * Reads the images of what another account may have shared. Its owner can hide or delete it
 * while it is still used here: that is a blind spot. Throws AwsCallError for what is of the own account and cannot be read.
 */
export async function readShared(
  { name, ownArn, report }: Shared,
  read: () => Promise<readonly string[] | undefined>,
): Promise<readonly string[]> {
  const images = await read().catch((error: unknown) => {
    const isForeign = name.startsWith("arn:") && accountOf(name) !== accountOf(ownArn);
    if (isForeign && error instanceof AwsCallError && error.isDenied) return undefined;
    throw error;
  });
  if (images === undefined)
    report.blindSpot(`${ownArn} uses ${name}, whose images SageMaker does not show`);
  return images ?? [];
}

function accountOf(arn: string): string | undefined {
  return arn.split(":")[4];
}
