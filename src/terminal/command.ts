import { CommanderError } from "commander";

import type { Environment } from "../environment.ts";
import { ConfigError } from "../errors.ts";
import { type ReportFile, openReport } from "../html-report/html-report.ts";
import type { Plan } from "../plan/plan.ts";
import { unusedOf } from "../plan/verdict.ts";
import { type Image, storedBytes } from "../registry/image.ts";
import { describeFailure } from "../report/outcome.ts";
import type { Start, StartedRun } from "../run/start.ts";
import { parseConfig } from "../settings/config.ts";
import { settings } from "../settings/settings.ts";
import { renderExplanation } from "./explanation.ts";
import { type Heading, createHeading } from "./heading.ts";
import { printInUse } from "./in-use.ts";
import { renderList } from "./list.ts";
import { isShownByExplanation, isShownByReport } from "./log-line.ts";
import { areNotEnabled } from "./not-enabled.ts";
import { type Options, parseOptions } from "./options.ts";
import { printable } from "./printable.ts";
import { type Target, parseRepository, parseTarget } from "./target.ts";
import { InterruptedError, type Terminal, colorsFor, widthOf } from "./terminal.ts";
import { watch } from "./watch.ts";

/** 0 if everything that was tried worked, 130 if a person ended the program by Ctrl-C, otherwise 1. */
export type ExitCode = 0 | 1 | 130;

/** Makes one run as its arguments say. */
export async function runCommand(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  try {
    const options = parseOptions(args, terminal);
    if (options.explain !== undefined) return await explain(options.explain, terminal);
    if (options.inUse === true) return await printInUse(terminal);
    return await clean(options, terminal);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
    if (error instanceof InterruptedError) {
      terminal.err("\nInterrupted: nothing was deleted.\n");
      return 130;
    }
    if (!(error instanceof ConfigError)) throw error;
    terminal.err(renderProblems(error));
    return 1;
  }
}

/** One problem in a sentence, several in a line each. */
function renderProblems({ problems }: ConfigError): string {
  const lines = problems.map(printable);
  if (lines.length === 1) return `aws-ecr-cleaner: ${lines[0]}\n`;
  return [`aws-ecr-cleaner: ${lines.length} things are wrong:`, ...lines.map((line) => `  ${line}`)]
    .join("\n")
    .concat("\n");
}

/** What one call of the command line works with. */
interface Session {
  readonly options: Options;
  readonly terminal: Terminal;
  /** The repositories asked for; missing if none are. */
  readonly targets?: readonly Target[];
  readonly heading: Heading;
  readonly file: ReportFile | undefined;
}

async function clean(options: Options, terminal: Terminal): Promise<ExitCode> {
  const mustAsk = requireConsent(options, terminal);
  const targets = options.repository?.map((text) => parseRepository("--repository", text));
  const forPeople = options.list === undefined ? terminal.out : terminal.err;
  const heading = createHeading(options.json === true ? () => {} : forPeople, widthOf(terminal));
  const file = options.report === undefined ? undefined : await openReport(options.report);
  const session: Session = { options, terminal, heading, file, ...(targets && { targets }) };
  try {
    return mustAsk ? await cleanAfterQuestion(session) : await cleanOnce(session);
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
function requireConsent(options: Options, terminal: Terminal): boolean {
  const { ask } = terminal;
  if (options.yes === true || !isDeletion(options, terminal)) return false;
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

/** A list shows what would be deleted, whatever the settings say. */
function isDeletion(options: Options, { env }: Terminal): boolean {
  const { config } = parseConfig(env);
  return options.list === undefined && (options.delete === true || !config.dryRun);
}

async function cleanOnce(session: Session): Promise<ExitCode> {
  const { options, terminal } = session;
  const isList = options.list !== undefined;
  const isForced = options.delete === true || isList;
  const env = isForced ? withDryRun(terminal.env, isList) : terminal.env;
  return show(session, await makeRun(session, { env }));
}

/** Shows what would be deleted, and deletes that, and nothing else, on a yes. */
async function cleanAfterQuestion(session: Session): Promise<ExitCode> {
  const { terminal, file } = session;
  const env = withDryRun(terminal.env, true);
  const preview = await makeRun(session, { env, isPreview: true });
  const { images, failures, repositories } = preview.result.summary;
  if (images.unused === 0 || failures.length > 0 || repositories.notEnabled !== undefined) {
    return show(session, preview);
  }

  const exitCode = await show({ ...session, file: undefined }, { ...preview, isPreview: true });
  if (exitCode !== 0) return exitCode;
  const { renderQuestion } = await import("./report.ts");
  if ((await terminal.ask?.(renderQuestion(preview.result, preview.plans))) !== true) {
    terminal.out("Nothing was deleted.\n");
    await file?.write(preview.result);
    return 0;
  }
  const real = await makeRun(session, {
    env: withDryRun(terminal.env, false),
    confirmed: preview.plans,
  });
  return show(session, real);
}

function withDryRun(env: Environment, dryRun: boolean): Environment {
  return { ...env, [settings.dryRun.name]: String(dryRun) };
}

/** A run with the plans that it made. */
interface PlannedRun {
  readonly result: StartedRun;
  /** By repository; empty if no option needs them. */
  readonly plans: ReadonlyMap<string, Plan>;
  /** The largest images that are unused, by repository; empty if no table shows them. */
  readonly largest: ReadonlyMap<string, readonly Image[]>;
  /** Whether the question follows: then the report need not say how to delete. */
  readonly isPreview?: boolean;
}

async function makeRun(
  { options, terminal, targets, heading, file }: Session,
  request: Pick<Start, "env" | "confirmed" | "isPreview">,
): Promise<PlannedRun> {
  const plans = new Map<string, Plan>();
  const largest = new Map<string, readonly Image[]>();
  const { json, list } = options;
  const isNeeded = list !== undefined || terminal.ask !== undefined;
  const hasTable = json !== true && list === undefined;
  const names = targets?.map(({ repository }) => repository);
  const recorder = await file?.newRecorder();
  const view = { terminal, heading, isForMachines: json === true, isShown: isShownByReport };
  const result = await watch(view, {
    ...request,
    ...inspectionOf(targets ?? []),
    ...(names && { event: { repositories: names } }),
    ...(recorder && { recorder }),
    onPlan: (plan) => {
      const { name } = plan.repository;
      if (isNeeded) plans.set(name, plan);
      if (hasTable) largest.set(name, largestOf(plan));
    },
  });
  return { result, plans, largest };
}

/** What people look at need not be enabled, and is nothing of another account or Region. */
function inspectionOf(targets: readonly Target[]) {
  return {
    planNotEnabled: true,
    registries: targets.flatMap(({ registry }) => registry ?? []),
    isHostRequired: true,
  };
}

/** How many of its images a repository is shown with. */
const LARGEST = 3;

function largestOf({ decisions }: Plan): Image[] {
  return unusedOf(decisions)
    .filter((image) => storedBytes(image) > 0)
    .toSorted((a, b) => storedBytes(b) - storedBytes(a) || (a.digest < b.digest ? -1 : 1))
    .slice(0, LARGEST);
}

/** Prints the result, and writes the report. Returns the exit code. */
async function show(session: Session, run: PlannedRun): Promise<ExitCode> {
  const { options, terminal, file } = session;
  await print(options, terminal, run);
  await file?.write(run.result);
  const problems = problemsOf(session, run.result);
  for (const problem of problems) terminal.err(`aws-ecr-cleaner: ${printable(problem)}\n`);
  return run.result.summary.failures.length > 0 || problems.length > 0 ? 1 : 0;
}

async function print(options: Options, terminal: Terminal, run: PlannedRun): Promise<void> {
  const { result, largest, isPreview = false } = run;
  const { summary, outcomes, config } = result;
  if (options.json === true && options.list === undefined) {
    terminal.out(`${JSON.stringify(summary)}\n`);
    return;
  }
  // The libraries of tables are not needed for --help, wrong options and --json.
  const { renderRemarks, renderReport } = await import("./report.ts");
  const look = {
    config,
    isPreview,
    colors: colorsFor(terminal),
    width: widthOf(terminal),
    largest: summary.dryRun ? largest : new Map(),
  };
  if (options.list !== undefined) {
    // Without evidence there are no plans: an empty list would say that nothing is unused.
    const isKnown = summary.failures.every(({ repository }) => repository !== null);
    if (isKnown) terminal.out(renderList(shownPlans(run), config, options.list));
    if (options.json !== true) terminal.err(renderRemarks(summary, outcomes, look));
  } else terminal.out(renderReport(summary, outcomes, look));
}

/** The plans of repositories that no guard rail protects. */
function shownPlans({ result, plans }: PlannedRun): Plan[] {
  return result.outcomes.flatMap(({ repository, status }) => {
    const plan = plans.get(repository);
    return plan === undefined || status !== "cleaned" ? [] : [plan];
  });
}

/** What was asked for and was not done, besides the failures of the run. */
function problemsOf({ options, terminal, targets = [] }: Session, result: StartedRun): string[] {
  const { summary, outcomes } = result;
  const found = new Set(outcomes.map(({ repository }) => repository));
  const missing = summary.complete
    ? targets.filter(({ repository }) => !found.has(repository))
    : [];
  const { notEnabled = [] } = summary.repositories;
  const isRefused = notEnabled.length > 0 && isDeletion(options, terminal);
  return [
    ...missing.map(
      ({ repository }) =>
        `There is no repository "${repository}" in this registry: check its name, AWS_REGION and AWS_PROFILE.`,
    ),
    ...(isRefused ? [`Nothing was deleted, since ${areNotEnabled(notEnabled)}.`] : []),
  ];
}

/** Makes a dry run over one repository, and shows only the verdicts asked for. */
async function explain(reference: string, terminal: Terminal): Promise<ExitCode> {
  const target = parseTarget("--explain", reference);
  const width = widthOf(terminal);
  let plan: Plan | undefined;
  const heading = createHeading(terminal.out, width);
  const view = { terminal, heading, isForMachines: false, isShown: isShownByExplanation };
  const { config, summary, outcomes } = await watch(view, {
    ...inspectionOf([target]),
    env: terminal.env,
    event: { dryRun: true, repositories: [target.repository] },
    usersPerReference: Infinity,
    isPreview: true,
    onPlan: (made) => (plan = made),
  });
  if (summary.failures.length > 0) {
    const messages = summary.failures.map((failure) => printable(describeFailure(failure)));
    terminal.err(`${messages.join("\n")}\n`);
    return 1;
  }
  const [outcome] = outcomes;
  const { text, isFound } = renderExplanation(target, { outcome, plan, config }, width);
  terminal.out(text);
  return isFound ? 0 : 1;
}
