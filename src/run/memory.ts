import type { Aws } from "../aws/clients.ts";
import type { StoreError } from "../errors.ts";
import { hourOf } from "../history/hour.ts";
import { HistoryMemory } from "../history/history-memory.ts";
import { FactMemory } from "../in-use/fact-memory.ts";
import { EVIDENCE_REVISION } from "../in-use/sources/index.ts";
import type { Place } from "../in-use/scopes/place.ts";
import { type Log, errorFields } from "../log.ts";
import type { Config } from "../settings/config.ts";
import { describeLocation } from "../store/location.ts";
import type { Store } from "../store/store.ts";

/** The registry that a run cleans. */
interface Registry {
  readonly account: string;
  readonly region: string;
}

/** What the memory of a run is made of. */
interface MemoryOptions {
  readonly store: Store;
  readonly registry: Registry;
  readonly config: Config;
  readonly log: Log;
  /** When the run looks, in hours since the epoch. */
  readonly hour: number;
  /** Whether there is time for another call. */
  readonly hasTime: () => boolean;
}

/** What a run has of earlier ones, and leaves for later ones. */
export class RunMemory {
  readonly history: HistoryMemory;
  readonly #options: MemoryOptions;
  readonly #failures = new Map<string, StoreError>();

  constructor(options: MemoryOptions) {
    this.#options = options;
    const { store, registry, config, hour } = options;
    const look = { hour, reads: readsOf(config, registry) };
    this.history = new HistoryMemory(store, registry, look, this.#reporting);
  }

  /** What could not be read or written: of what has the same cause and effect, the first. */
  get failures(): readonly StoreError[] {
    return [...this.#failures.values()];
  }

  /** What keeps the facts of a place. The only place of a run is that of its registry. */
  readonly factMemory = ({ account, region }: Place): FactMemory => {
    const { store, registry, hasTime } = this.#options;
    const place = { account: account ?? registry.account, region };
    return new FactMemory(store, place, { ...this.#reporting, hasTime });
  };

  get #reporting() {
    const { log } = this.#options;
    const onFailure = (error: StoreError) => {
      log.error("Could not use the store", errorFields(error));
      const [effect = ""] = error.message.split(":");
      if (!this.#failures.has(effect)) this.#failures.set(effect, error);
    };
    return { log, onFailure };
  }
}

/** What a run works with, as far as its memory needs it. */
interface MemoryRequest {
  readonly store?: Store | undefined;
  readonly aws: Pick<Aws, "region" | "hasTime">;
  readonly config: Config;
  readonly log: Log;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Opens the memory of a run. None without a store, and none for evidence as the original's, which sees less than all. */
export async function openMemory(
  { store, aws, config, log, now }: MemoryRequest,
  account: string | undefined,
): Promise<RunMemory | undefined> {
  // Without an account, no repository is enabled.
  if (store === undefined || account === undefined || config.evidence === "original") {
    return undefined;
  }
  const registry = { account, region: aws.region };
  const { hasTime } = aws;
  const memory = new RunMemory({ store, registry, config, log, hour: hourOf(now()), hasTime });
  await memory.history.load();
  return memory;
}

/** Numbers beyond this one are no more evidence than it is. */
const MOST_REVISIONS = 100;

/** Everything in which an image can be found in use by a run, each in a word. */
function readsOf(config: Config, { region }: Registry): string[] {
  const { sources, scopes, lists, keepTaskDefinitions } = config;
  const revisions = Math.min(keepTaskDefinitions, MOST_REVISIONS);
  return [
    `evidence ${EVIDENCE_REVISION}`,
    ...sources,
    ...Array.from({ length: revisions }, (_, i) => `newest revision ${i + 1}`),
    ...[scopes.accounts].flat().map((account) => `account ${account}`),
    ...[region, ...[scopes.regions].flat()].map((each) => `region ${each}`),
    ...lists.locations.map((each) => `list ${describeLocation(each)}`),
  ];
}
