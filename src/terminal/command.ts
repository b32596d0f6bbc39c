import { CommanderError } from "commander";
import picocolors from "picocolors";

import { ConfigError } from "../errors.ts";
import { writeHtmlReport } from "../html-report/html-report.ts";
import { ReportCollector } from "../html-report/report-data.ts";
import type { WriteEntry } from "../log.ts";
import type { Decision } from "../plan/verdict.ts";
import type { Observer } from "../run.ts";
import { type Start, type StartedRun, start } from "../start.ts";
import { isAskedFor, parseQuestion, renderExplanation } from "./explanation.ts";
import { formatLogLine } from "./log-line.ts";
import { type Options, parseOptions } from "./options.ts";
import { progress } from "./progress.ts";
import { renderQuestion, renderReport } from "./report.ts";
import type { Spinner, Terminal } from "./terminal.ts";

/** Makes one run as its arguments say; returns the exit code: 0 if all that was tried worked, otherwise 1. */
export async function runCommand(args: readonly string[], terminal: Terminal): Promise<0 | 1> {
  try {
    const options = parseOptions(args, terminal);
    if (options.explain !== undefined) return await explain(options.explain, terminal);
    if (options.delete && !options.yes && terminal.ask !== undefined) {
      return await cleanAfterQuestion(options, terminal, terminal.ask);
    }
    return exitCodeOf(await clean(options, terminal, options.delete ? "false" : undefined));
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
    if (!(error instanceof ConfigError)) throw error;
    terminal.err(`aws-ecr-cleaner: ${error.message}\n`);
    return 1;
  }
}

/** Shows what would be deleted, and deletes it on a yes. */
async function cleanAfterQuestion(
  options: Options,
  terminal: Terminal,
  ask: (question: string) => Promise<boolean>,
): Promise<0 | 1> {
  if (options.json) throw new ConfigError("--delete with --json asks no question: add --yes.");
  const preview = await clean({ ...options, report: undefined }, terminal, "true");
  const { failures, images } = preview.summary;
  if (failures.length > 0 || images.unused === 0) return exitCodeOf(preview);
  if (await ask(renderQuestion(preview.summary))) {
    return exitCodeOf(await clean(options, terminal, "false"));
  }
  terminal.out("Nothing was deleted.\n");
  return 0;
}

/** Makes a run and shows its report; `dryRun` goes before the environment's DRY_RUN. */
async function clean(
  options: Options,
  terminal: Terminal,
  dryRun: "true" | "false" | undefined,
): Promise<StartedRun> {
  const { json, report, repository } = options;
  const env = dryRun === undefined ? terminal.env : { ...terminal.env, DRY_RUN: dryRun };
  const collector = report === undefined ? undefined : new ReportCollector();
  const result = await watch(terminal, !json, {
    env,
    ...(repository && { event: { repositories: repository } }),
    observer: { onPlan: ({ name }, decisions) => collector?.add(name, decisions) },
  });

  const { summary, outcomes, config } = result;
  const { pricePerGBMonth } = config;
  if (report !== undefined && collector !== undefined) {
    const data = collector.finish(Date.now(), pricePerGBMonth, summary, outcomes);
    await writeHtmlReport(report, terminal.reportTemplate, data);
  }
  const isPreview = dryRun === "true";
  const look = { pricePerGBMonth, isPreview, colors: colorsFor(terminal) };
  terminal.out(json ? `${JSON.stringify(summary)}\n` : renderReport(summary, outcomes, look));
  return result;
}

/** A dry run over one repository, of which only the verdicts asked for are shown. */
async function explain(reference: string, terminal: Terminal): Promise<0 | 1> {
  const question = parseQuestion(reference);
  const decisions: Decision[] = [];
  const { summary } = await watch(terminal, true, {
    env: terminal.env,
    event: { dryRun: true, repositories: [question.repository] },
    observer: {
      onPlan: (_, plan) => {
        decisions.push(...plan.filter(({ image }) => isAskedFor(image, question)));
      },
    },
  });
  if (summary.failures.length > 0) {
    terminal.err(`${summary.failures.map(({ message }) => message).join("\n")}\n`);
    return 1;
  }
  terminal.out(renderExplanation(reference, summary.repositories, decisions));
  return decisions.length > 0 ? 0 : 1;
}

/** Makes a run with its log, and on a terminal its progress, on stderr. */
async function watch(
  terminal: Terminal,
  isForPeople: boolean,
  request: Start & { readonly observer: Observer },
): Promise<StartedRun> {
  const spinner = isForPeople ? terminal.startSpinner?.() : undefined;
  const env =
    spinner === undefined
      ? request.env
      : // What the table tells anyway need not pass by line for line.
        { BOX_LOG: "WARN", ...request.env };
  const shown = spinner && progress((line) => (spinner.text = line));
  try {
    return await start({
      ...request,
      env,
      writeLog: spinner === undefined ? writeJson(terminal) : writeLine(terminal, spinner),
      observer: {
        ...shown,
        onPlan: (repository, decisions) => {
          shown?.onPlan?.(repository, decisions);
          request.observer.onPlan?.(repository, decisions);
        },
      },
    });
  } finally {
    spinner?.stop();
  }
}

function writeJson({ err }: Terminal): WriteEntry {
  return (entry) => err(`${JSON.stringify(entry)}\n`);
}

function writeLine(terminal: Terminal, spinner: Spinner): WriteEntry {
  const colors = colorsFor(terminal);
  return (entry) => {
    spinner.clear();
    terminal.err(`${formatLogLine(entry, colors)}\n`);
  };
}

function colorsFor({ env, isOutTTY = false }: Terminal) {
  return picocolors.createColors(isOutTTY && !env["NO_COLOR"]);
}

function exitCodeOf({ summary }: StartedRun): 0 | 1 {
  return summary.failures.length === 0 ? 0 : 1;
}
