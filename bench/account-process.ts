import { spawn } from "node:child_process";
import { once } from "node:events";

import { startSimulator } from "../test/simulator/simulator.ts";
import { SCENARIOS } from "./scenarios.ts";

/*
 * The simulated account or organization of one scenario, in a process of its own so that its work is not counted as the cleaner's:
 * tells its parent how to reach it, and then, when asked, what it has seen.
 */
const [key = "", latency = "20", limits = "limited"] = process.argv.slice(2);
const scenario = SCENARIOS[key];
if (scenario === undefined) throw new Error(`There is no scenario "${key}"`);

const account = scenario.account();
if (scenario.isSecondNight === true) await makeFirstNight();
const simulator = await startSimulator(account, {
  latencyMs: Number(latency),
  rateLimits: limits === "limited" ? scenario.limits : [],
  isVerbose: scenario.isBrief !== true,
});

/** Makes a dry run that leaves its store, without limits and without latency. */
async function makeFirstNight(): Promise<void> {
  await using night = await startSimulator(account);
  const env = { ...process.env, ...night.env, BOX_LOG: "WARN", ...scenario?.settings };
  const child = spawn(process.execPath, ["dist/cli.mjs", "--json"], {
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`The first night ended with exit code ${code}`);
}

/** What the account has seen until now. */
export interface Seen {
  /** Answered calls of each account in each Region by action, those that were throttled apart. */
  readonly places: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly throttled: number;
  readonly peakConcurrency: number;
  readonly imagesLeft: number;
  /** The processor's time that the simulation has taken. */
  readonly cpuSeconds: number;
}

/** The error codes of the services for calls that come too fast. */
const THROTTLED = /^(?:Thrott|TooManyRequests)/;

process.on("message", () => {
  const places: Record<string, Record<string, number>> = {};
  let throttled = 0;
  for (const { action, place, error } of simulator.calls) {
    const calls = (places[place] ??= {});
    if (THROTTLED.test(error ?? "")) throttled += 1;
    else calls[action] = (calls[action] ?? 0) + 1;
  }
  const repositories = [...simulator.account.repositories.values()];
  const imagesLeft = repositories.reduce((sum, { images }) => sum + images.size, 0);
  const { peakConcurrency } = simulator;
  const { user, system } = process.cpuUsage();
  const cpuSeconds = (user + system) / 1e6;
  process.send?.({ places, throttled, peakConcurrency, imagesLeft, cpuSeconds } satisfies Seen);
});
process.send?.(simulator.env);
