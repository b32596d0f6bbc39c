import prettyBytes from "pretty-bytes";

import { count } from "../report/count.ts";
import { describeFailure } from "../report/outcome.ts";
import { formatMonthlyPrice } from "../report/price.ts";
import type { Summary } from "../report/summary.ts";

/** What SNS publishes. */
export interface Message {
  /** ASCII, less than 100 characters, without line breaks. */
  readonly subject: string;
  /** A text for each protocol, as JSON: `MessageStructure` is `json`. */
  readonly body: string;
}

/** What a message says beside the summary. */
export interface MessageContext {
  /** Missing if the run did not learn it. */
  readonly account: string | undefined;
  readonly region: string;
  readonly pricePerGBMonth: number;
}

/** SNS takes subjects of less than 100 characters, and a text message holds 140. */
const MAX_SUBJECT = 99;
/** Characters of a failure. Most messages of AWS fit, with what to do at their end. */
const MAX_FAILURE = 600;
/** A name in S3 has at most 63 characters for the bucket and 1,024 for the key. */
const MAX_PLACE = 1_200;

/**
 * The message about a run. None if nothing was deleted, would be deleted or failed, and the run got to its end. With every text
 * in it cut, it is far below the 256 KB that SNS takes. Pure.
 */
export function createMessage(summary: Summary, context: MessageContext): Message | undefined {
  if (!isWorthAMessage(summary)) return undefined;
  const title = cut(sayWhatHappened(summary, context), MAX_SUBJECT);
  const subject = title.replaceAll(/[^ -~]/g, "?");
  const lines = [
    `${title}.`,
    saySpace(summary, context),
    sayCounts(summary),
    sayFailure(summary),
    sayPlace(summary),
  ].join("\n");
  return {
    subject,
    body: JSON.stringify({
      default: lines,
      email: lines,
      sms: subject,
      https: customNotification(title, lines),
    }),
  };
}

function isWorthAMessage(summary: Summary): boolean {
  const { images, repositories } = summary;
  // Somebody looks at what enabling these would delete. No run deletes it yet.
  if (repositories.notEnabled !== undefined) return false;
  const isAnyDeleted = (summary.dryRun ? images.unused : images.deleted) > 0;
  return isAnyDeleted || images.refused > 0 || hasFailed(summary) || !summary.complete;
}

function hasFailed({ failures, images }: Summary): boolean {
  return failures.length > 0 || images.failed > 0;
}

function sayWhatHappened(summary: Summary, { account, region }: MessageContext): string {
  const where = account === undefined ? region : `${account}, ${region}`;
  const end = hasFailed(summary) ? " failed" : summary.complete ? "" : " stopped early";
  return `ECR cleaner${end} in ${where}: ${sayDeleted(summary)}`;
}

function sayDeleted({ dryRun, images }: Summary): string {
  const number = dryRun ? images.unused : images.deleted;
  if (number === 0) return dryRun ? "dry run, found nothing to delete" : "nothing deleted";
  return `${count(number, "image", "images")} ${dryRun ? "would be deleted" : "deleted"}`;
}

function saySpace({ dryRun, bytes }: Summary, { pricePerGBMonth }: MessageContext): string {
  const freed = dryRun ? bytes.unused : bytes.deleted;
  const price = formatMonthlyPrice(freed, pricePerGBMonth);
  const verb = dryRun ? "Would free" : "Freed";
  if (freed === 0) return `${verb} nothing.`;
  return `${verb} up to ${prettyBytes(freed)} of ${prettyBytes(bytes.total)}, up to ${price}.`;
}

function sayCounts({ dryRun, repositories, images }: Summary): string {
  const kept = Object.values(images.kept).reduce((sum, number) => sum + number, 0);
  const ofRepositories = listCounts([
    [repositories.cleaned, dryRun ? "checked" : "cleaned"],
    [repositories.skipped, "skipped"],
    [repositories.failed, "failed"],
    [repositories.notReached ?? 0, "not processed"],
  ]);
  const ofImages = listCounts([
    [kept, "kept"],
    [images.heldBack, "protected by a guard rail"],
    [images.unconfirmed, "not confirmed"],
    [images.refused, "refused by ECR"],
    [images.failed, "failed"],
  ]);
  return `Repositories: ${ofRepositories}. Images: ${ofImages}.`;
}

/** Such as `8 cleaned, 1 failed`. */
function listCounts(counts: readonly (readonly [number, string])[]): string {
  const texts = counts.flatMap(([number, what]) =>
    number > 0 ? [`${number.toLocaleString("en")} ${what}`] : [],
  );
  return texts.join(", ") || "none";
}

function sayFailure({ failures: [first, ...others], complete }: Summary): string {
  if (first === undefined) {
    return complete ? "No failures." : "No failures. The next run continues.";
  }
  const number = others.length === 0 ? "Failure" : `First of ${others.length + 1} failures`;
  return `${number}: ${cut(describeFailure(first), MAX_FAILURE)}`;
}

function sayPlace({ report }: Summary): string {
  const page = report?.page;
  if (typeof page !== "string") return "Report: none. The log names each image.";
  return `Report: ${cut(page, MAX_PLACE)}`;
}

/** A text from elsewhere as a part of a line. */
function cut(text: string, maxLength: number): string {
  const line = text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ");
  // A cut can go through a character of two halves.
  return (line.length <= maxLength ? line : `${line.slice(0, maxLength - 1)}…`).toWellFormed();
}

/**
 * What Amazon Q Developer in chat applications, which subscribes by HTTPS, shows in a channel. It drops every text that is not of
 * this form: https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
 */
function customNotification(title: string, description: string): string {
  return JSON.stringify({
    version: "1.0",
    source: "custom",
    content: {
      textType: "client-markdown",
      title: forChat(title),
      description: forChat(description),
    },
  });
}

/** Slack reads links and mentions between angle brackets. */
function forChat(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
