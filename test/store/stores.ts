import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { connectAws } from "../../src/aws/clients.ts";
import { type Store, openStore } from "../../src/store/store.ts";
import { useSimulator } from "../make-run.ts";
import { createAccount } from "../simulator/account.ts";
import { type SimulatorOptions, startSimulator } from "../simulator/simulator.ts";

/** A folder of its own, removed after the test. */
export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
  /** The names of all its files. */
  readonly files: () => Promise<string[]>;
}

export async function temporaryFolder(): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), "store-"));
  return {
    path,
    files: async () => {
      const entries = await readdir(path, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile());
      return files.map(({ parentPath, name }) => join(parentPath, name).slice(path.length + 1));
    },
    [Symbol.asyncDispose]: async () => rm(path, { recursive: true, force: true }),
  };
}

/** A store in a simulated bucket. */
export async function bucketStore(options: SimulatorOptions = {}, remainingMs?: () => number) {
  const account = createAccount({ buckets: ["memories"] });
  const simulator = await startSimulator(account, options);
  useSimulator(simulator);
  const aws = await connectAws({ hasTime: () => true, now: Date.now });
  const store: Store = await openStore({ bucket: "memories", prefix: "cleaner" }, aws, remainingMs);
  return {
    store,
    simulator,
    objects: account.buckets.get("memories")?.objects ?? new Map<string, never>(),
    [Symbol.asyncDispose]: async () => simulator[Symbol.asyncDispose](),
  };
}
