import { vi } from "vitest";

import type { Plan } from "../../src/plan/plan.ts";
import type { Summary } from "../../src/report/summary.ts";
import { nameOf } from "../../src/registry/image.ts";
import { start } from "../../src/run/start.ts";
import { useSimulator } from "../make-run.ts";
import type { Account } from "../simulator/account.ts";
import type { Organization } from "../simulator/organization.ts";
import { type SimulatorOptions, startSimulator } from "../simulator/simulator.ts";

const DAY_MS = 86_400_000;
/** The time of the first night: 02:00 on 2026-11-28. */
export const FIRST = Date.UTC(2026, 10, 28, 2);

/** Where the runs of these tests remember. */
const STORE = "s3://memories/cleaner";

/** What is special about one night. */
interface Night {
  readonly options?: SimulatorOptions;
  readonly settings?: Readonly<Record<string, string>>;
  readonly event?: unknown;
  /** Milliseconds until the run's time is up. */
  readonly remainingMs?: () => number;
  /** A repository has been planned, and none of its images deleted yet. */
  readonly onPlan?: () => void;
}

/** What became of a night's run. */
interface NightResult {
  readonly summary: Summary;
  /** Why each image is kept, by its tags or its digest: the reason and what it rests on. */
  readonly kept: Readonly<Record<string, string>>;
  /** The calls that it made, by action. */
  readonly calls: Readonly<Record<string, number>>;
}

/** One account, or an organization, over many nights. */
export class Nights {
  /** Of an organization, its home. */
  readonly account: Account;
  readonly #world: Account | Organization;
  readonly #settings: Readonly<Record<string, string>>;
  /** The number of the last night; the first one has 0. */
  night = -1;

  constructor(world: Account | Organization, settings: Readonly<Record<string, string>> = {}) {
    this.#world = world;
    this.account = "home" in world ? world.home : world;
    this.#settings = settings;
  }

  /** Lets days pass without a run. */
  skip(days: number): void {
    this.night += days;
  }

  /** Makes the run of the next night. */
  async run(night: Night = {}): Promise<NightResult> {
    this.night += 1;
    return this.again(night);
  }

  /** Makes a further run in the same night. */
  async again({
    options = {},
    settings = {},
    onPlan = () => {},
    ...request
  }: Night = {}): Promise<NightResult> {
    vi.setSystemTime(FIRST + this.night * DAY_MS);
    await using simulator = await startSimulator(this.#world, options);
    useSimulator(simulator);
    const env = {
      ...simulator.env,
      DRY_RUN: "false",
      ALLOW_EMPTY_IN_USE: "true",
      BOX_LOG: "SILENT",
      STORE,
      ...this.#settings,
      ...settings,
    };
    const kept: Record<string, string> = {};
    const observer = {
      onPlan: (plan: Plan) => {
        Object.assign(kept, keptBy(plan));
        onPlan();
      },
    };
    const { summary } = await start({ env, observer, ...request });
    const actions = simulator.calls.map(({ action }) => action);
    const calls = Object.fromEntries(
      [...new Set(actions)].map((each) => [each, actions.filter((other) => other === each).length]),
    );
    return { summary, kept, calls };
  }

  /** Makes the runs of several nights. */
  async runs(nights: number): Promise<void> {
    for (let i = 0; i < nights; i += 1) await this.run();
  }
}

/** The objects of the store's bucket, by key. */
export function objectsOf({ buckets }: Account) {
  const { objects } = buckets.get("memories") ?? {};
  if (objects === undefined) throw new Error("There is no bucket");
  return objects;
}

/** What failed in a run, in one text. */
export function failuresOf({ failures }: Summary): string {
  return failures.map(({ message }) => message).join("\n");
}

function keptBy({ decisions }: Plan): Record<string, string> {
  return Object.fromEntries(
    decisions.flatMap(({ image, verdict }) =>
      verdict.action === "keep"
        ? [[nameOf(image), `${verdict.reason}: ${verdict.because.join()}`]]
        : [],
    ),
  );
}
