import type { AwsClients } from "../aws/clients.ts";
import type { EvidenceDepth } from "../settings/config.ts";
import { OutOfTimeError, ScanError, asError } from "../errors.ts";
import type { Run } from "../run/context.ts";
import { seeAppRunnerImages } from "./sources/app-runner/read.ts";
import { seeEcsImages } from "./sources/ecs/read.ts";
import { InUseImages, type Sighting } from "./in-use-images.ts";
import { seeLambdaImages } from "./sources/lambda/read.ts";

/** What one source of evidence came to. */
export interface SourceResult {
  readonly name: string;
  /** `complete`: read to its end; `not-available`: this Region has no such service. */
  readonly status: "complete" | "not-available";
  /** How many references it reported, those to other registries and repeated ones included. */
  readonly references: number;
}

/** The evidence of one scan; every source in it was read to its end. */
export interface Evidence {
  readonly images: InUseImages;
  readonly sources: readonly SourceResult[];
  /** When its first call was made, in ms since the epoch. */
  readonly startedAt: number;
}

type Source = (
  aws: AwsClients,
  see: Sighting,
  depth: EvidenceDepth,
) => Promise<SourceResult["status"]>;

const SOURCES: Readonly<Record<string, Source>> = {
  ECS: seeEcsImages,
  Lambda: seeLambdaImages,
  "App Runner": seeAppRunnerImages,
};

/** Reads all sources of in-use evidence to their end, side by side; throws ScanError with every source's failure. */
export async function scanInUse({ aws, config, log, now, observer }: Run): Promise<Evidence> {
  const startedAt = now();
  const images = new InUseImages();

  const scanSource = async (name: string, source: Source): Promise<SourceResult> => {
    let references = 0;
    const see: Sighting = (reference, place) => {
      references += 1;
      const isReadable = images.add(reference, place);
      if (isReadable) return;
      log.warn("Cannot read an image reference, keeping its whole repository", {
        reference,
        place,
      });
    };
    const status = await source(aws, see, config.evidence);
    if (status === "not-available")
      log.info(`${name} not available in this region`, { region: aws.region });
    const result = { name, status, references };
    observer.onScanned?.(result);
    return result;
  };

  const outcomes = await Promise.allSettled(
    Object.entries(SOURCES).map(([name, source]) => scanSource(name, source)),
  );
  const failures = outcomes.filter((outcome) => outcome.status === "rejected");
  if (failures.length > 0) throw toScanError(failures.map(({ reason }) => asError(reason)));

  const sources = outcomes.flatMap((outcome) =>
    outcome.status === "fulfilled" ? [outcome.value] : [],
  );
  log.info("Found used images", { references: images.size, sources });
  return { images, sources, startedAt };
}

/** That time ran out is no failure, unless something else was one. */
function toScanError(causes: readonly Error[]): Error {
  const failures = causes.filter((cause) => !(cause instanceof OutOfTimeError));
  return failures.length > 0 ? new ScanError(failures) : new OutOfTimeError();
}
