import { Command, Option } from "commander";

import { ConfigError } from "../errors.ts";
import { SETTINGS } from "../settings/settings.ts";
import { VERSION } from "../version.ts";
import type { Terminal } from "./terminal.ts";

/** The options of the command line. */
export interface Options {
  readonly delete?: true;
  readonly yes?: true;
  readonly repository?: readonly string[];
  readonly json?: true;
  readonly report?: string | undefined;
  readonly explain?: string;
}

/** Reads arguments. Throws CommanderError for wrong ones, and after it has printed help or the version. */
export function parseOptions(args: readonly string[], { out, err }: Terminal): Options {
  const settings = SETTINGS.map(
    ({ name, meaning, fallback }) =>
      `  ${name.padEnd(28)}${meaning}${fallback === "" ? "" : ` (default: ${fallback})`}`,
  );
  const command = new Command("aws-ecr-cleaner")
    .description(
      "Deletes images from Amazon ECR that are old and that nothing uses, in repositories tagged " +
        "BoxCleanerEnabled=true. Without --delete and DRY_RUN=false it deletes nothing and shows what it would delete.",
    )
    .version(VERSION)
    .option("--delete", "delete, after a question; without a terminal it needs --yes")
    .option("--yes", "delete without asking")
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
        "show what keeps an image: repository, repository:tag or repository@digest",
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
  if (options.yes === true && options.delete !== true)
    throw new ConfigError("--yes needs --delete.");
  return options;
}

function collect(name: string, names: readonly string[] = []): string[] {
  return [...names, name];
}
