import { InUseImages } from "../../src/in-use/evidence.ts";
import { Scan } from "../../src/in-use/scan.ts";
import { loadSources } from "../../src/in-use/sources/index.ts";
import { createLog } from "../../src/log.ts";
import { useSimulator } from "../make-run.ts";
import { type AccountParts, createAccount } from "../simulator/account.ts";
import { type SimulatorOptions, startSimulator } from "../simulator/simulator.ts";
import { connectScope } from "./scope.ts";

/** An account, and the tags of the repository `app` that are in use in it. */
export interface Case extends AccountParts {
  readonly name: string;
  readonly expected: string[];
}

/** Scans a simulated account. Returns which tags of the repository `app` are in use, and by what. */
export async function scan(parts: AccountParts, options: SimulatorOptions = {}) {
  await using simulator = await startSimulator(createAccount(parts), options);
  useSimulator(simulator);
  const scope = await connectScope();
  const images = new InUseImages();
  const sources = await new Scan(scope, await loadSources(), createLog("SILENT")).read(images);
  const placesOf = (digest: string, ...tags: string[]) =>
    images.placesOf("123456789012/eu-west-1/app", { digest, tags, sizeBytes: 0 });
  const inUse = ["v1", "v2", "v3", "v4"].filter((tag) => placesOf("", tag).length > 0);
  return { inUse, placesOf, sources, size: images.size, calls: simulator.calls };
}
