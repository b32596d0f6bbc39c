import { spawn } from "node:child_process";
import { once } from "node:events";

import { startSimulator } from "../test/simulator/simulator.ts";
import { demoAccount } from "./account.ts";

/*
 * The real command line against a simulated account on this machine: a dry run, and with --delete a real one after
 * it. Nothing here reaches AWS.
 */
await using simulator = await startSimulator(demoAccount());

const REPORT = "dist/demo-report.html";

/** Runs the command line with the simulator as its AWS; returns its exit code. */
async function run(settings: Readonly<Record<string, string>>): Promise<number> {
  const child = spawn(process.execPath, ["dist/cli.mjs", "--report", REPORT], {
    env: { ...process.env, ...simulator.env, ...settings },
    stdio: "inherit",
  });
  const [code] = await once(child, "exit");
  return Number(code);
}

console.log(
  `A simulated AWS account with ${simulator.account.repositories.size} repositories, one of them not enabled.\n`,
);
console.log("A dry run, which deletes nothing:\n");
process.exitCode = await run({ DRY_RUN: "true" });

if (process.argv.includes("--delete")) {
  console.log("\nNow with DRY_RUN=false, which deletes (in the simulated account only):\n");
  process.exitCode = await run({ DRY_RUN: "false" });
} else {
  console.log("\nTo delete them in the simulated account: npm run demo -- --delete");
}
console.log(`A report with every image is in ${REPORT}: open it in a browser.`);
