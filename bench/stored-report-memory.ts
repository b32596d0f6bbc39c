import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { setInterval } from "node:timers";

import { InUseImages } from "../src/in-use/evidence.ts";
import { createLog } from "../src/log.ts";
import type { Plan } from "../src/plan/plan.ts";
import { keep, remove } from "../src/plan/verdict.ts";
import { Recorder } from "../src/records/recorder.ts";
import { summarize } from "../src/report/summary.ts";
import { Tally } from "../src/report/tally.ts";
import { parseConfig } from "../src/settings/config.ts";
import type { Content, Store } from "../src/store/store.ts";
import { storeReport } from "../src/stored-report/stored-report.ts";
import { digestOf } from "../test/simulator/account.ts";

/*
 * The memory and the time that the report of a large registry takes in the store, with temporary files as large as those of a
 * real one. Prints the images, seconds for their records and for the files, MB of each file, and resident memory in MB: before, and
 * at its peak. Bundle it with esbuild before: Node's own reading of TypeScript takes 40 MB more.
 */
const IMAGES = Number(process.env["IMAGES"] ?? 1_000_000);
const PER_REPOSITORY = 1_000;

const rss = () => process.memoryUsage().rss / 1e6;
const before = rss();
let peak = before;
const timer = setInterval(() => (peak = Math.max(peak, rss())), 10);

/** The plan of one repository: every other image is in use. */
function planOf(number: number): Plan {
  const name = `team-${number % 40}/service-${number}`;
  const service = `ECS service arn:aws:ecs:eu-west-1:123456789012:service/main/service-${number}`;
  const decisions = Array.from({ length: PER_REPOSITORY }, (_, i) => ({
    image: {
      digest: digestOf(`${name}:${i}`),
      tags: [`v1.${i}.0-${digestOf(String(i)).slice(-12)}`],
      sizeBytes: 100_000_000 + ((i * 7919 + number * 104_729) % 900_000_000),
      pushedAt: Date.UTC(2026, 0, 1) + i * 3_600_000,
    },
    verdict: i % 2 === 0 ? remove : keep("in-use", service),
  }));
  const repository = {
    name,
    arn: `arn:aws:ecr:eu-west-1:123456789012:repository/${name}`,
    registryId: "123456789012",
    region: "eu-west-1",
    key: name,
    tags: { BoxCleanerEnabled: "true" },
  };
  const evidence = { images: new InUseImages(), sources: [], places: [], startedAt: 0 } as never;
  return { repository, decisions, manifests: new Map(), evidence, madeAt: 0 };
}

/** A store that reads what it is given, and keeps the sizes. */
const sizes: Record<string, number> = {};
const store: Store = {
  describe: (name) => name,
  read: async () => undefined,
  replace: async () => true,
  put: async (name, { bytes }: Content) => {
    const isFile = "path" in bytes;
    if (isFile) for await (const _ of createReadStream(bytes.path));
    const size = isFile ? (await stat(bytes.path)).size : bytes.length;
    sizes[name.split("/").at(-1) ?? ""] = size / 1e6;
  },
};

const { config } = parseConfig({});
const recorder = new Recorder();
const observer = recorder.following({});
const startedAt = Date.now();
const outcomes = [];
for (let number = 0; number < IMAGES / PER_REPOSITORY; number += 1) {
  const plan = planOf(number);
  const tally = new Tally(plan.repository.name);
  tally.addPlan(plan);
  tally.complete();
  const outcome = tally.outcome(1);
  observer.onPlan?.(plan);
  await observer.onOutcome?.(outcome, true);
  outcomes.push(outcome);
}
const recordedAt = Date.now();
const peakWhileRecording = peak;
const summary = summarize({
  config,
  durationMs: 1,
  isOutOfTime: false,
  evidence: undefined,
  passedOver: [],
  registry: undefined,
  isCounted: true,
  outcomes,
  failures: [],
  storeFailures: [],
});
const run = { config, region: "eu-west-1", summary, outcomes };
await storeReport({ store, recorder, run, log: createLog("SILENT"), madeAt: startedAt });
const endedAt = Date.now();
clearInterval(timer);
await recorder.remove();
console.log(
  JSON.stringify({
    images: recorder.count,
    recordSeconds: (recordedAt - startedAt) / 1000,
    writeSeconds: (endedAt - recordedAt) / 1000,
    sizes,
    before,
    peakWhileRecording,
    peak,
    maxRss: process.resourceUsage().maxRSS / 1000,
  }),
);
