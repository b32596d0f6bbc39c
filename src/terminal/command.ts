import { CommanderError } from "commander";
import picocolors from "picocolors";

import { ConfigError } from "../errors.ts";
import { requireWritable, writeHtmlReport } from "../html-report/html-report.ts";
import { ReportCollector } from "../html-report/report-data.ts";
import type { WriteEntry } from "../log.ts";
import type { Decision } from "../plan/verdict.ts";
import type { Observer } from "../run/context.ts";
import { type Start, type StartedRun, start } from "../run/start.ts";
import {
  isAskedFor,
  parseQuestion,
  renderExplanation,
  requireSameRegistry,
} from "./explanation.ts";
import { formatLogLine } from "./log-line.ts";
import { type Options, parseOptions } from "./options.ts";
import { progress } from "./progress.ts";
import { renderQuestion, renderReport } from "./report.ts";
import type { Spinner, Terminal } from "./terminal.ts";

/** Makes one run as its arguments say; returns the exit code: 0 if all that was tried worked, otherwise 1. */
export async function runCommand(args: readonly string[], terminal: Terminal): Promise<0 | 1> {
  try {
    const options = parseOptions(args, terminal);
    if (options.report !== undefined) await requireWritable(options.report);
    if (options.explain !== undefined) return await explain(options.explain, terminal);
    if (options.delete && !options.yes && terminal.ask !== undefined) {
      return await cleanAfterQuestion(options, terminal, terminal.ask);
    }
    return await clean(options, terminal, options.delete ? "false" : undefined);
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
  let question: string | undefined;
  const exitCode = await clean({ ...options, report: undefined }, terminal, "true", (preview) => {
    if (preview.summary.images.unused > 0) question = renderQuestion(preview.summary);
  });
  if (exitCode !== 0 || question === undefined) return exitCode;
  if (await ask(question)) return clean(options, terminal, "false");
  terminal.out("Nothing was deleted.\n");
  return 0;
}

/** Makes a run and shows its report; `dryRun` goes before the environment's DRY_RUN. */
async function clean(
  options: Options,
  terminal: Terminal,
  dryRun: "true" | "false" | undefined,
  onResult?: (result: StartedRun) => void,
): Promise<0 | 1> {
  const { json, report, repository } = options;
  const env = dryRun === undefined ? terminal.env : { ...terminal.env, DRY_RUN: dryRun };
  const collector = report === undefined ? undefined : new ReportCollector();
  const result = await watch(terminal, !json, {
    env,
    ...(repository && { event: { repositories: repository } }),
    observer: { onPlan: ({ name }, decisions) => collector?.add(name, decisions) },
  });
  onResult?.(result);

  const { summary, outcomes, config } = result;
  const look = { config, isPreview: onResult !== undefined, colors: colorsFor(terminal) };
  terminal.out(json ? `${JSON.stringify(summary)}\n` : renderReport(summary, outcomes, look));
  if (report !== undefined && collector !== undefined) {
    const data = collector.finish(Date.now(), config.pricePerGBMonth, summary, outcomes);
    await writeHtmlReport(report, terminal.reportTemplate, data);
  }
  if (summary.failures.length > 0) return 1;
  return tellMissing(result, terminal) ? 1 : 0;
}

/** Tells which of the repositories that were asked for are not enabled; whoever names one means it. */
function tellMissing({ config, outcomes, summary }: StartedRun, { err }: Terminal): boolean {
  if (!summary.complete) return false;
  const found = new Set(outcomes.map(({ repository }) => repository));
  const missing = (config.repositories ?? []).filter((name) => !found.has(name));
  for (const name of missing) err(`aws-ecr-cleaner: No repository "${name}" is enabled.\n`);
  return missing.length > 0;
}

/** A dry run over one repository, of which only the verdicts asked for are shown. */
async function explain(reference: string, terminal: Terminal): Promise<0 | 1> {
  const question = parseQuestion(reference);
  const decisions: Decision[] = [];
  let registryKey: string | undefined;
  const { summary, outcomes } = await watch(terminal, true, {
    env: terminal.env,
    event: { dryRun: true, repositories: [question.repository] },
    observer: {
      onPlan: (repository, plan) => {
        registryKey = repository.key;
        decisions.push(...plan.filter(({ image }) => isAskedFor(image, question)));
      },
    },
  });
  if (summary.failures.length > 0) {
    terminal.err(`${summary.failures.map(({ message }) => message).join("\n")}\n`);
    return 1;
  }
  requireSameRegistry(question, registryKey);
  const [outcome] = outcomes;
  terminal.out(renderExplanation(reference, outcome, decisions));
  const isAnswer = outcome === undefined || outcome.note !== undefined || decisions.length > 0;
  return isAnswer ? 0 : 1;
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
