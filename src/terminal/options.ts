import { Command, Option } from "commander";

import { SETTINGS } from "../settings/settings.ts";
import { VERSION } from "../version.ts";
import { type Terminal, widthOf } from "./terminal.ts";
import { wrapAfter } from "./wrap.ts";

/** How `--list` writes images. */
const LIST_FORMATS = ["text", "csv", "json"] as const;
export type ListFormat = (typeof LIST_FORMATS)[number];

/** The options of the command line. */
export interface Options {
  readonly delete?: true;
  readonly yes?: true;
  readonly repository?: readonly string[];
  readonly list?: ListFormat;
  readonly json?: true;
  readonly report?: string | undefined;
  readonly explain?: string;
  readonly inUse?: true;
}

/** Reads arguments. Throws CommanderError for wrong ones, and after it has printed help or the version. */
export function parseOptions(args: readonly string[], terminal: Terminal): Options {
  const { out, err } = terminal;
  const width = widthOf(terminal);
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
      "only this repository (name, ARN or URI); can be given several times; if one is not enabled, nothing is deleted",
      collect,
    )
    .addOption(
      new Option("--list [format]", "list every image that would be deleted, and delete nothing")
        .choices(LIST_FORMATS)
        .preset("text")
        .conflicts(["delete", "report"]),
    )
    .option("--json", "print one JSON document to stdout and nothing else, and log JSON to stderr")
    .option("--report <file>", "write a report with every image as one HTML file")
    .addOption(
      new Option(
        "--explain <reference>",
        "show what keeps an image: repository, repository:tag or repository@digest (name, ARN or URI)",
      ).conflicts(["json", "delete", "report", "repository", "list"]),
    )
    .addOption(
      new Option(
        "--in-use",
        "print what this account uses in this Region, as a JSON list for IN_USE_LISTS of another account; ignores IN_USE_LISTS and makes no call to ECR",
      ).conflicts(["json", "delete", "report", "repository", "list", "explain"]),
    )
    .addHelpText("after", () => renderSettings(width))
    .allowExcessArguments(false)
    .configureHelp({ helpWidth: width, minWidthToWrap: 20 })
    .configureOutput({ writeOut: out, writeErr: err })
    .showHelpAfterError("Run aws-ecr-cleaner --help to see every option.")
    .exitOverride();
  const options = command.parse(args, { from: "user" }).opts<Options>();
  if (options.yes === true && options.delete !== true) {
    command.error("error: --yes is for --delete: add --delete, or leave out --yes.");
  }
  if (options.list === "csv" && options.json === true) {
    command.error("error: --list csv and --json ask for two formats: leave out one of them.");
  }
  return options.list !== undefined && options.json === true
    ? { ...options, list: "json" }
    : options;
}

/** From this width on, names and meanings are side by side. */
const WIDE = 80;
const NAME_COLUMNS = 28;

function renderSettings(width: number): string {
  const settings = SETTINGS.flatMap(({ name, meaning, fallback }) => {
    const text = `${meaning}${fallback === "" ? "" : ` (default: ${fallback})`}`;
    return width >= WIDE
      ? wrapAfter(`  ${name.padEnd(NAME_COLUMNS)}`, text, width)
      : wrapAfter("      ", text, width).reduce((lines, line) => `${lines}\n${line}`, `  ${name}`);
  });
  return [
    "",
    "Settings (environment variables):",
    ...settings,
    "",
    ...wrapAfter(
      "",
      "The AWS account and Region are those of the environment, as for every AWS tool. Without --json, BOX_LOG shows the log on stderr: as JSON, or as text at a terminal.",
      width,
    ),
  ].join("\n");
}

function collect(name: string, names: readonly string[] = []): string[] {
  return [...names, name];
}
