import { CommanderError } from "commander";
import picocolors from "picocolors";

import { ConfigError } from "../errors.ts";
import { type ReportFile, openReport } from "../html-report/html-report.ts";
import { ImageOutcomes } from "../html-report/image-outcomes.ts";
import { createReport } from "../html-report/report-data.ts";
import type { WriteEntry } from "../log.ts";
import type { Plan } from "../plan/plan.ts";
import { describeFailure } from "../report/outcome.ts";
import { type Start, type StartedRun, start } from "../run/start.ts";
import { parseConfig } from "../settings/config.ts";
import {
  isAskedFor,
  parseQuestion,
  renderExplanation,
  requireSameRegistry,
} from "./explanation.ts";
import { formatLogLine } from "./log-line.ts";
import { type Options, parseOptions } from "./options.ts";
import { printable } from "./printable.ts";
import { progress } from "./progress.ts";
import { renderQuestion, renderReport } from "./report.ts";
import type { Spinner, Terminal } from "./terminal.ts";

/** Makes one run as its arguments say. Returns the exit code: 0 if everything that was tried worked, otherwise 1. */
export async function runCommand(args: readonly string[], terminal: Terminal): Promise<0 | 1> {
  try {
    const options = parseOptions(args, terminal);
    if (options.explain !== undefined) return await explain(options.explain, terminal);
    return await clean(options, terminal);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
    if (!(error instanceof ConfigError)) throw error;
    terminal.err(`aws-ecr-cleaner: ${printable(error.message)}\n`);
    return 1;
  }
}

async function clean(options: Options, terminal: Terminal): Promise<0 | 1> {
  const mustAsk = requireConsent(options, terminal);
  const file = options.report === undefined ? undefined : await openReport(options.report);
  try {
    return mustAsk
      ? await cleanAfterQuestion(options, terminal, file)
      : await cleanOnce(options, terminal, file);
  } finally {
    await file?.close();
  }
}

/**
 * A person at a terminal is asked before anything is deleted, whatever asks for the deletion. Without a terminal,
 * `DRY_RUN=false` is consent, as in Lambda, and `--delete` needs `--yes`.
 *
 * @returns whether to ask
 * @throws ConfigError if there is no terminal to ask at
 */
function requireConsent(options: Options, { env, ask }: Terminal): boolean {
  if (options.yes === true) return false;
  const isDeletion = options.delete === true || !parseConfig(env).config.dryRun;
  if (!isDeletion) return false;
  if (ask === undefined) {
    if (options.delete !== true) return false;
    throw new ConfigError("--delete asks before it deletes, and there is no terminal: add --yes.");
  }
  if (options.json === true) {
    throw new ConfigError(
      "A deletion with --json asks no question: add --delete --yes, or set DRY_RUN=true.",
    );
  }
  return true;
}

async function cleanOnce(
  options: Options,
  terminal: Terminal,
  file: ReportFile | undefined,
): Promise<0 | 1> {
  const run = await makeRun(options, terminal, {
    env: options.delete === true ? { ...terminal.env, DRY_RUN: "false" } : terminal.env,
  });
  return show(run, options, terminal, file);
}

/** Shows what would be deleted, and deletes that, and nothing else, on a yes. */
async function cleanAfterQuestion(
  options: Options,
  terminal: Terminal,
  file: ReportFile | undefined,
): Promise<0 | 1> {
  const preview = await makeRun(options, terminal, { env: { ...terminal.env, DRY_RUN: "true" } });
  const { unused } = preview.result.summary.images;
  if (unused === 0 || preview.result.summary.failures.length > 0) {
    return show(preview, options, terminal, file);
  }

  const exitCode = await show({ ...preview, isPreview: true }, options, terminal, undefined);
  if (exitCode !== 0) return exitCode;
  if ((await terminal.ask?.(renderQuestion(preview.result, preview.plans))) !== true) {
    terminal.out("Nothing was deleted.\n");
    await file?.write(terminal.reportTemplate, reportOf(preview));
    return 0;
  }
  const real = await makeRun(options, terminal, {
    env: { ...terminal.env, DRY_RUN: "false" },
    confirmed: preview.plans,
  });
  return show(real, options, terminal, file);
}

/** A run with the plans that it made. */
interface PlannedRun {
  readonly result: StartedRun;
  /** By repository; empty if no option needs them. */
  readonly plans: ReadonlyMap<string, Plan>;
  /** Gathered for a report only. */
  readonly imageOutcomes: ImageOutcomes;
  /** Whether the question follows: then the report need not say how to delete. */
  readonly isPreview?: boolean;
}

async function makeRun(
  { json, report, repository }: Options,
  terminal: Terminal,
  request: Pick<Start, "env" | "confirmed">,
): Promise<PlannedRun> {
  const plans = new Map<string, Plan>();
  const imageOutcomes = new ImageOutcomes();
  const isNeeded = report !== undefined || terminal.ask !== undefined;
  const result = await watch(terminal, json !== true, {
    ...request,
    ...(repository && { event: { repositories: repository } }),
    ...(report !== undefined && { observer: imageOutcomes.observer }),
    onPlan: (plan) => {
      if (isNeeded) plans.set(plan.repository.name, plan);
    },
  });
  return { result, plans, imageOutcomes };
}

/** Prints the result, and writes the report. Returns the exit code. */
async function show(
  run: PlannedRun,
  { json }: Options,
  terminal: Terminal,
  file: ReportFile | undefined,
): Promise<0 | 1> {
  const { result, isPreview = false } = run;
  const { summary, outcomes, config } = result;
  const look = { config, isPreview, colors: colorsFor(terminal) };
  terminal.out(
    json === true ? `${JSON.stringify(summary)}\n` : renderReport(summary, outcomes, look),
  );
  await file?.write(terminal.reportTemplate, reportOf(run));
  if (summary.failures.length > 0) return 1;
  return reportMissing(result, terminal) ? 1 : 0;
}

function reportOf(run: PlannedRun) {
  return createReport(Date.now(), run);
}

/** Names the repositories that were asked for and are not enabled. */
function reportMissing({ config, outcomes, summary }: StartedRun, { err }: Terminal): boolean {
  if (!summary.complete) return false;
  const found = new Set(outcomes.map(({ repository }) => repository));
  const missing = (config.repositories ?? []).filter((name) => !found.has(name));
  for (const name of missing) err(`aws-ecr-cleaner: No repository "${name}" is enabled.\n`);
  return missing.length > 0;
}

/** Makes a dry run over one repository, and shows only the verdicts asked for. */
async function explain(reference: string, terminal: Terminal): Promise<0 | 1> {
  const question = parseQuestion(reference);
  let plan: Plan | undefined;
  const { summary, outcomes } = await watch(terminal, true, {
    env: terminal.env,
    event: { dryRun: true, repositories: [question.repository] },
    onPlan: (made) => (plan = made),
  });
  if (summary.failures.length > 0) {
    const messages = summary.failures.map((failure) => printable(describeFailure(failure)));
    terminal.err(`${messages.join("\n")}\n`);
    return 1;
  }
  requireSameRegistry(question, plan?.repository.key);
  const decisions = plan?.decisions.filter(({ image }) => isAskedFor(image, question)) ?? [];
  const [outcome] = outcomes;
  terminal.out(renderExplanation(reference, outcome, decisions));
  const isAnswer = outcome === undefined || outcome.note !== undefined || decisions.length > 0;
  return isAnswer ? 0 : 1;
}

/** Makes a run with its log, and on a terminal its progress, on stderr. */
async function watch(
  terminal: Terminal,
  isForPeople: boolean,
  { onPlan, observer, ...request }: Start & { readonly onPlan: (plan: Plan) => void },
): Promise<StartedRun> {
  const spinner = isForPeople ? terminal.startSpinner?.() : undefined;
  const env =
    spinner === undefined
      ? request.env
      : // The table shows the rest.
        { BOX_LOG: "WARN", ...request.env };
  const shown = spinner && progress((line) => (spinner.text = line));
  try {
    return await start({
      ...request,
      env,
      writeLog: spinner === undefined ? writeJson(terminal) : writeLine(terminal, spinner),
      observer: {
        ...observer,
        ...shown,
        onPlan: (plan) => {
          shown?.onPlan?.(plan);
          onPlan(plan);
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
  const noColor = env["NO_COLOR"] ?? "";
  return picocolors.createColors(isOutTTY && noColor === "");
}
