import { Command, Option } from "commander";

import packageJson from "../../package.json" with { type: "json" };
import { SETTINGS } from "../settings/config.ts";
import { ConfigError } from "../errors.ts";
import type { Terminal } from "./terminal.ts";

/** What the command line was told. */
export interface Options {
  readonly delete?: true;
  readonly yes?: true;
  readonly repository?: readonly string[];
  readonly json?: true;
  readonly report?: string | undefined;
  readonly explain?: string;
}

/** Reads arguments; throws CommanderError for wrong ones, and after it has printed help or the version. */
export function parseOptions(args: readonly string[], { out, err }: Terminal): Options {
  const settings = SETTINGS.map(
    ({ name, meaning, fallback }) =>
      `  ${name.padEnd(28)}${meaning}${fallback === "" ? "" : ` (default: ${fallback})`}`,
  );
  const command = new Command("aws-ecr-cleaner")
    .description(
      "Deletes the images from Amazon ECR that are old and that no ECS service, Lambda function or App Runner service " +
        "uses, from repositories tagged BoxCleanerEnabled=true. Without --delete and without DRY_RUN=false it only " +
        "says what it would delete.",
    )
    .version(packageJson.version)
    .option("--delete", "delete; asks before, if there is a terminal to ask at")
    .option("--yes", "delete without the question")
    .option(
      "--repository <name>",
      "only this enabled repository; can be given several times",
      collect,
    )
    .option("--json", "print one JSON summary to stdout and nothing else")
    .option("--report <file>", "write a report with every image as one HTML file")
    .addOption(
      new Option(
        "--explain <reference>",
        "say what keeps an image: repository, repository:tag or repository@digest",
      ).conflicts(["json", "delete", "report", "repository"]),
    )
    .addHelpText(
      "after",
      `\nSettings (environment variables):\n${settings.join("\n")}\n\n` +
        "The AWS account and Region are those of the environment, as for every AWS tool.",
    )
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeOut: out, writeErr: err });
  const options = command.parse(args, { from: "user" }).opts<Options>();
  if (options.yes && !options.delete) throw new ConfigError("--yes goes with --delete.");
  return options;
}

function collect(name: string, names: readonly string[] = []): string[] {
  return [...names, name];
}
