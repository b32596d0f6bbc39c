import type { Reporter, TestModule } from "vitest/node";

/** Ends a test run with one line for people and scripts: `N passed, N failed`. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const results = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string) => results.filter((test) => test.result().state === state).length;
    const broken = modules.filter((module) => module.errors().length > 0).length;
    const failed = count("failed") + broken + unhandledErrors.length;
    process.on("exit", () => {
      console.log(`${count("passed")} passed, ${failed} failed`);
    });
  }
}
