import type { ECRClient } from "@aws-sdk/client-ecr";

import type { DeletionReplication } from "../ecr/replication.ts";
import type { HistoryMemory } from "../history/history-memory.ts";
import type { FreshEvidence } from "../in-use/freshness.ts";
import type { Log } from "../log.ts";
import type { Plan } from "../plan/plan.ts";
import type { Config } from "../settings/config.ts";
import type { DeletionBudget } from "./budget.ts";
import type { Observer } from "./observer.ts";
import type { Registries } from "./registries.ts";

/** What the work on each repository of a run shares. */
export interface RunContext {
  readonly config: Config;
  readonly ecr: ECRClient;
  readonly evidence: FreshEvidence;
  /** Missing with evidence as the original's. */
  readonly replication: DeletionReplication | undefined;
  /** The registries of everything that the run reads. */
  readonly registries: Registries;
  /** What earlier runs have found to be in use; missing without a store. */
  readonly history: HistoryMemory | undefined;
  readonly budget: DeletionBudget;
  /** The plans that a person has confirmed, by repository: the run deletes nothing else. Missing if there was no question. */
  readonly confirmed: ReadonlyMap<string, Plan> | undefined;
  readonly log: Log;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly observer: Observer;
}
