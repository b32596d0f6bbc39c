import type { Aws } from "../../src/aws/clients.ts";
import type { InUseImages, SourceResult } from "../../src/in-use/evidence.ts";
import { Scan } from "../../src/in-use/scan.ts";
import type { Source } from "../../src/in-use/sources/source.ts";
import { type Log, createLog } from "../../src/log.ts";

/** Reads sources in the place of the simulated account alone. */
export async function scanAlone(
  aws: Aws,
  sources: readonly Source[],
  images: InUseImages,
  {
    log = createLog("SILENT"),
    keepTaskDefinitions = 0,
  }: { log?: Log; keepTaskDefinitions?: number } = {},
): Promise<readonly SourceResult[]> {
  const place = { region: aws.region, connect: () => aws };
  const depth = { depth: "full", keepTaskDefinitions } as const;
  const scan = new Scan({ places: [place], closed: [] }, { sources, depth, log, observer: {} });
  const { places } = await scan.read(images);
  return places[0]?.sources ?? [];
}
