import { startSimulator } from "../test/simulator/simulator.ts";
import { SCENARIOS } from "./scenarios.ts";

/*
 * The simulated account of one scenario, in a process of its own so that its work is not counted as the cleaner's:
 * tells its parent how to reach it, and then, when asked, what it has seen.
 */
const [key = "", latency = "20"] = process.argv.slice(2);
const scenario = SCENARIOS[key];
if (scenario === undefined) throw new Error(`There is no scenario "${key}"`);

const simulator = await startSimulator(scenario.account(), {
  latencyMs: Number(latency),
  rateLimits: scenario.limits,
});

/** What the account has seen until now. */
export interface Seen {
  /** Answered calls by action, those that were throttled apart. */
  readonly calls: Readonly<Record<string, number>>;
  readonly throttled: number;
  readonly peakConcurrency: number;
  readonly imagesLeft: number;
}

process.on("message", () => {
  const calls: Record<string, number> = {};
  let throttled = 0;
  for (const { action, error } of simulator.calls) {
    if (error === undefined) calls[action] = (calls[action] ?? 0) + 1;
    else throttled += 1;
  }
  const repositories = [...simulator.account.repositories.values()];
  const imagesLeft = repositories.reduce((sum, { images }) => sum + images.size, 0);
  const { peakConcurrency } = simulator;
  process.send?.({ calls, throttled, peakConcurrency, imagesLeft } satisfies Seen);
});
process.send?.(simulator.env);
