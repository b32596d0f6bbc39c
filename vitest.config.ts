import { defineConfig } from "vitest/config";

/** What the SDK may find on a machine must not decide a test: no profile, no instance metadata. */
const ISOLATED = {
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  AWS_EC2_METADATA_DISABLED: "true",
};

export default defineConfig({
  test: {
    reporters: ["default", "./test/closing-line.ts"],
    env: ISOLATED,
    testTimeout: 30_000,
    unstubEnvs: true,
    projects: [
      {
        extends: true,
        test: { name: "node", include: ["test/**/*.test.ts"], exclude: ["test/moto/**"] },
      },
      {
        extends: true,
        test: { name: "moto", include: ["test/moto/**/*.test.ts"], hookTimeout: 60_000 },
      },
    ],
    coverage: {
      include: ["src/**/*.ts"],
      // Three lines that hand the process to the command; the tests of the bundle run them.
      exclude: ["src/cli.ts"],
      reporter: ["text", "lcovonly"],
      thresholds: { lines: 95, branches: 95 },
    },
  },
});
