import { ConfigError } from "../errors.ts";
import type { Config } from "./config.ts";
import { nearMissesOfEvent } from "./near-misses.ts";

/**
 * Narrows a run to what the event that started it asks for: `dryRun: true` and `repositories: [names]`. Every other event
 * starts a run as configured, and no event can widen a run.
 *
 * @throws ConfigError if one of the two has another type, or a key is nearly one of them: to ignore it could delete more
 *   than was meant
 */
export function narrow(config: Config, event: unknown): Config {
  const problems = nearMissesOfEvent(event);
  const { dryRun, repositories } = (event ?? {}) as { dryRun?: unknown; repositories?: unknown };
  if (dryRun !== undefined && typeof dryRun !== "boolean") {
    problems.push(`"dryRun" in the event is ${JSON.stringify(dryRun)}, neither true nor false`);
  }
  if (repositories !== undefined && !isListOfNames(repositories)) {
    problems.push(
      `"repositories" in the event is ${JSON.stringify(repositories)}, no list of repository names`,
    );
  }
  if (problems.length > 0) throw new ConfigError(problems);

  return {
    ...config,
    dryRun: config.dryRun || dryRun === true,
    ...(isListOfNames(repositories) && { repositories }),
  };
}

function isListOfNames(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((name) => typeof name === "string");
}
