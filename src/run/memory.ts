import type { StoreError } from "../errors.ts";
import { dayOf } from "../history/day.ts";
import { HistoryMemory } from "../history/history-memory.ts";
import { FactMemory } from "../in-use/fact-memory.ts";
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

/** What a run has of earlier ones, and leaves for later ones. */
export class RunMemory {
  readonly history: HistoryMemory;
  readonly #store: Store;
  readonly #registry: Registry;
  readonly #log: Log;
  readonly #failures = new Map<string, StoreError>();

  /** @param day the day of the run, as a number since the epoch */
  constructor(store: Store, registry: Registry, config: Config, log: Log, day: number) {
    this.#store = store;
    this.#registry = registry;
    this.#log = log;
    const today = { day, reads: readsOf(config, registry) };
    this.history = new HistoryMemory(store, registry, today, this.#observer);
  }

  /** What could not be read or written: of what has the same cause and effect, the first. */
  get failures(): readonly StoreError[] {
    return [...this.#failures.values()];
  }

  /** What keeps the facts of a place. The only place of a run is that of its registry. */
  readonly factMemory = ({ account = this.#registry.account, region }: Place): FactMemory =>
    new FactMemory(this.#store, { account, region }, this.#observer);

  get #observer() {
    const onFailure = (error: StoreError) => {
      this.#log.error("Could not use the store", errorFields(error));
      const [effect = ""] = error.message.split(":");
      if (!this.#failures.has(effect)) this.#failures.set(effect, error);
    };
    return { log: this.#log, onFailure };
  }
}

/** Opens the memory of a run. None without a store, and none for evidence as the original's, which sees less than all. */
export async function openMemory(
  store: Store | undefined,
  registry: { readonly account: string | undefined; readonly region: string },
  config: Config,
  log: Log,
  now: number,
): Promise<RunMemory | undefined> {
  const { account, region } = registry;
  if (store === undefined || config.evidence === "original") return undefined;
  // Without an account, no repository is enabled.
  if (account === undefined) return undefined;
  const memory = new RunMemory(store, { account, region }, config, log, dayOf(now));
  await memory.history.load();
  return memory;
}

/** Everything in which an image can be found in use by a run, each in a word. */
function readsOf({ sources, scopes, lists }: Config, { region }: Registry): string[] {
  return [
    ...sources,
    ...[scopes.accounts].flat().map((account) => `account ${account}`),
    ...[region, ...[scopes.regions].flat()].map((each) => `region ${each}`),
    ...lists.locations.map((each) => `list ${describeLocation(each)}`),
  ];
}
