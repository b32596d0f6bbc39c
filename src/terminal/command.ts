import { Command, CommanderError, Option } from "commander";

import packageJson from "../../package.json" with { type: "json" };
import { SETTINGS } from "../config.ts";
import { ConfigError } from "../errors.ts";
import type { Decision } from "../plan/verdict.ts";
import { start } from "../start.ts";
import { isAskedFor, parseQuestion, renderExplanation } from "./explanation.ts";
import { renderReport } from "./report.ts";

/** The process's surroundings, so that tests can run the command inside theirs. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

interface Options {
  readonly json?: true;
  readonly explain?: string;
}

/** Makes one run as its arguments say; returns the exit code: 0 if all that was tried worked, otherwise 1. */
export async function runCommand(args: readonly string[], terminal: Terminal): Promise<0 | 1> {
  const command = createCommand(terminal);
  try {
    command.parse(args, { from: "user" });
    const { explain: reference, ...options } = command.opts<Options>();
    return await (reference === undefined ? run(options, terminal) : explain(reference, terminal));
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
    if (!(error instanceof ConfigError)) throw error;
    terminal.err(`aws-ecr-cleaner: ${error.message}\n`);
    return 1;
  }
}

async function run(options: Options, { env, out, err }: Terminal): Promise<0 | 1> {
  const { summary, outcomes } = await start({ env, writeLog: (line) => err(`${line}\n`) });
  out(options.json ? `${JSON.stringify(summary)}\n` : renderReport(summary, outcomes));
  return summary.failures.length === 0 ? 0 : 1;
}

/** A dry run over one repository, of which only the verdicts asked for are shown. */
async function explain(reference: string, { env, out, err }: Terminal): Promise<0 | 1> {
  const question = parseQuestion(reference);
  const decisions: Decision[] = [];
  const { summary } = await start({
    env,
    event: { dryRun: true, repositories: [question.repository] },
    writeLog: (line) => err(`${line}\n`),
    observer: {
      onPlan: (_, plan) => {
        decisions.push(...plan.filter(({ image }) => isAskedFor(image, question)));
      },
    },
  });
  if (summary.failures.length > 0) {
    out(renderReport(summary, []));
    return 1;
  }
  out(renderExplanation(reference, summary.repositories, decisions));
  return decisions.length > 0 ? 0 : 1;
}

function createCommand({ out, err }: Terminal): Command {
  const settings = SETTINGS.map(
    ({ name, meaning, fallback }) =>
      `  ${name.padEnd(28)}${meaning}${fallback === "" ? "" : ` (default: ${fallback})`}`,
  );
  return new Command("aws-ecr-cleaner")
    .description(
      "Deletes the images from Amazon ECR that are old and that no ECS service, Lambda function or App Runner\n" +
        "service uses, from repositories tagged BoxCleanerEnabled=true.",
    )
    .version(packageJson.version)
    .option("--json", "print one JSON summary to stdout and nothing else")
    .addOption(
      new Option(
        "--explain <reference>",
        "say what keeps an image, or would delete it: repository, repository:tag or repository@digest",
      ).conflicts("json"),
    )
    .addHelpText(
      "after",
      `\nSettings (environment variables):\n${settings.join("\n")}\n\nThe AWS account and Region are those of the environment, as for every AWS tool.`,
    )
    .exitOverride()
    .configureOutput({ writeOut: out, writeErr: err })
    .allowExcessArguments(false);
}
