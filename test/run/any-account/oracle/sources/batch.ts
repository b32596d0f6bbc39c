import type { Members } from "../../../../simulator/operation.ts";
import { type Row, containersOf, namedIn } from "./container.ts";

const FINISHED = new Set(["SUCCEEDED", "FAILED"]);

export const batch: Row = ({ jobDefinitions, jobQueues }) => {
  const definitions = [...jobDefinitions.values()].filter(({ status }) => status !== "INACTIVE");
  const jobs = [...jobQueues.values()]
    .flatMap((queue) => [...queue.values()])
    .filter(({ status }) => !FINISHED.has(status));
  return [...definitions, ...jobs].flatMap(({ properties }) => [
    ...containersOf(imagesIn(properties)),
    ...namedIn(properties),
  ]);
};

/** Every `image` of a description, init containers included. */
function imagesIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const { image }: Members = value;
  return [...(typeof image === "string" ? [image] : []), ...Object.values(value).flatMap(imagesIn)];
}
