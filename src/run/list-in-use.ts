import { connectAws } from "../aws/clients.ts";
import { ConfigError } from "../errors.ts";
import { addSources } from "../in-use/evidence.ts";
import { FoundReferences } from "../in-use/lists/found-references.ts";
import type { JsonList } from "../in-use/lists/json-list.ts";
import { Scan } from "../in-use/scan.ts";
import { readCaller } from "../in-use/scopes/evidence-role.ts";
import { ownPlace } from "../in-use/scopes/scopes.ts";
import { SOURCE_IDS, loadSources } from "../in-use/sources/index.ts";
import { createLog } from "../log.ts";
import { type Config, parseConfig } from "../settings/config.ts";
import { settings } from "../settings/settings.ts";
import type { Start } from "./start.ts";

/**
 * Lists what one account uses in one Region, in any registry of ECR. It makes no call of ECR, and reads no list. Throws
 * ConfigError, ScanError or AwsCallError: then the list would not be complete.
 */
export async function listInUse({
  env,
  writeLog,
  now = Date.now,
}: Pick<Start, "env" | "writeLog" | "now">): Promise<JsonList> {
  const { config, concurrency, share, logLevel, warnings } = parseConfig(env);
  requireOnePlace(config);
  const log = createLog(logLevel, writeLog);
  for (const warning of warnings) log.warn("A setting is wrong", { reason: warning });
  const hasTime = () => true;
  const aws = await connectAws({ concurrency, share, hasTime, env, isHostRequired: true, now });
  // Also shows that the Region exists: in one of a wrong name, no service would seem to be available.
  const { account } = await readCaller(aws);
  aws.clock.requireRight();

  const sources = await loadSources(config.sources);
  const { evidence: depth, keepTaskDefinitions } = config;
  const reading = { sources, depth: { depth, keepTaskDefinitions }, log, observer: {} };
  const references = new FoundReferences();
  const time = now();
  const scan = new Scan({ places: [ownPlace(aws)], closed: [] }, reading);
  const { places } = await scan.read(references);
  const blindSpots = addSources(places).flatMap((source) => source.blindSpots);
  return {
    account,
    region: aws.region,
    time,
    complete: true,
    references: references.toList(),
    ...(config.sources.length < SOURCE_IDS.length && { sources: config.sources }),
    ...(blindSpots.length > 0 && { blindSpots }),
  };
}

/** Throws ConfigError if the settings ask for more than one place, or for less than all that is in use there. */
function requireOnePlace({ scopes, evidence }: Config): void {
  const { accounts, regions } = scopes;
  const surplus = [
    ...(accounts.length > 0 ? [settings.accounts.name] : []),
    ...(regions.length > 0 ? [settings.regions.name] : []),
  ];
  const problems = surplus.map(
    (name) =>
      `--in-use lists one account in one Region, and ${name} is set: unset it, and run --in-use in each account and Region`,
  );
  if (evidence === "original") {
    problems.push(
      `--in-use lists everything in use, and ${settings.evidence.name} is original, which reads less: unset it`,
    );
  }
  if (problems.length > 0) throw new ConfigError(problems);
}
