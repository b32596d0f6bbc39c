import type { KeepReason } from "../../plan/verdict.ts";
import { REASONS } from "../../report/reasons.ts";
import type { ImageRow, ReportData } from "../report-data.ts";
import { NO_REASON, type State } from "./words.ts";

/** An image by names: a row of the data is an array, to be small. */
export interface Image {
  readonly repository: string;
  readonly tags: readonly string[];
  readonly digest: string;
  /** By digest, with the host of the registry where that is known. */
  readonly reference: string;
  /** Milliseconds since the epoch. */
  readonly pushedAt: number | null;
  readonly bytes: number;
  readonly state: State;
  /** Missing if nothing keeps the image. */
  readonly reason: KeepReason | undefined;
  readonly facts: readonly string[];
}

/** Reads one row. */
export function imageOf(data: ReportData, row: ImageRow): Image {
  const [, tags, digest, pushedAt, bytes, , because] = row;
  const repository = repositoryOf(data, row);
  return {
    repository,
    tags: tags === "" ? [] : tags.split(" "),
    digest,
    reference: `${hostOf(data)}${repository}@${digest}`,
    pushedAt,
    bytes,
    state: stateOf(row),
    reason: reasonOf(row),
    facts: because === "" ? [] : because.split("\n"),
  };
}

export function repositoryOf({ repositories }: ReportData, [index]: ImageRow): string {
  return repositories[index]?.repository ?? "";
}

export function stateOf([, , , , , verdict, , outcome]: ImageRow): State {
  return outcome ?? (verdict === "delete" ? "unused" : "kept");
}

/** Nothing for an image that nothing keeps. */
export function reasonOf([, , , , , verdict]: ImageRow): KeepReason | undefined {
  return verdict === "delete" ? undefined : verdict;
}

/** The reason in words, without its facts. Empty if a fact alone says it, as of an image that ECR refused to delete. */
export function reasonInWords({ state, reason }: Pick<Image, "state" | "reason">): string {
  if (reason !== undefined) return REASONS[reason];
  return state === "unused" || state === "deleted" ? NO_REASON : "";
}

/** The domains of registries outside the ordinary partition, by the beginning of their Regions. */
const DOMAINS: readonly [region: string, domain: string][] = [
  ["cn-", "amazonaws.com.cn"],
  ["eusc-", "amazonaws.eu"],
  ["us-isob-", "sc2s.sgov.gov"],
  ["us-iso-", "c2s.ic.gov"],
];

function hostOf({ account, region }: ReportData): string {
  if (account === null) return "";
  const [, domain = "amazonaws.com"] = DOMAINS.find(([start]) => region.startsWith(start)) ?? [];
  return `${account}.dkr.ecr.${region}.${domain}/`;
}
