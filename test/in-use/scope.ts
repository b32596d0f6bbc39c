import { connectAws } from "../../src/aws/clients.ts";
import type { ScanScope } from "../../src/in-use/scan.ts";

/** Where a scan of all evidence asks: AWS as the environment names it, without a time limit. */
export async function connectScope(keepTaskDefinitions = 0): Promise<ScanScope> {
  const { region, client, identity, hasTime } = await connectAws({
    hasTime: () => true,
    now: Date.now,
  });
  return { region, client, credentials: identity, hasTime, depth: "full", keepTaskDefinitions };
}
