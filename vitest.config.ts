import { defineConfig } from "vitest/config";

/** What the SDK may find on a machine must not decide a test, nor metrics stand between its results. */
const ISOLATED = {
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  AWS_EC2_METADATA_DISABLED: "true",
  POWERTOOLS_METRICS_DISABLED: "true",
};

export default defineConfig({
  test: {
    reporters: ["default", "./test/closing-line.ts"],
    env: ISOLATED,
    testTimeout: 30_000,
    // By default, vitest leaves a processor to itself: on a machine with two, one file after the other.
    maxWorkers: "100%",
    unstubEnvs: true,
    projects: [
      {
        extends: true,
        test: {
          name: "node",
          setupFiles: ["./test/random-inputs.ts"],
          include: ["test/**/*.test.ts"],
          exclude: [
            "test/moto/**",
            "test/ministack/**",
            "test/kube/**",
            "test/browser/**",
            "test/lambda-runtime/**",
          ],
        },
      },
      { extends: true, test: { name: "browser", include: ["test/browser/**/*.test.ts"] } },
      { extends: true, test: { name: "ric", include: ["test/lambda-runtime/**/*.test.ts"] } },
      {
        extends: true,
        test: { name: "moto", include: ["test/moto/**/*.test.ts"], hookTimeout: 60_000 },
      },
      {
        extends: true,
        test: { name: "ministack", include: ["test/ministack/**/*.test.ts"], hookTimeout: 60_000 },
      },
      {
        extends: true,
        test: { name: "kube", include: ["test/kube/**/*.test.ts"], hookTimeout: 60_000 },
      },
    ],
    coverage: {
      include: ["src/**/*.ts"],
      // What only a process or a browser runs: the tests of the bundle and those in the browser do.
      exclude: ["src/cli.ts", "src/html-report/page/**"],
      reporter: ["text", "lcovonly"],
      thresholds: { lines: 95, branches: 95 },
    },
  },
});
