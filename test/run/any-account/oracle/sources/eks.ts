import type { Members } from "../../../../simulator/operation.ts";
import { type Container, type Row, containersOf, namedIn } from "./container.ts";

/** Everything in every cluster that has an API server. */
export const eks: Row = ({ eksClusters }) =>
  [...eksClusters.values()]
    .filter(({ isConnected }) => !isConnected)
    .flatMap(({ objects }) => [...objects.values()])
    .flatMap((named) => [...named.values()])
    .flatMap((object) => [...containersIn(object), ...namedIn(object)]);

/** The image of each container, init container, ephemeral container and volume, and of each status, however deep they are. */
function containersIn(value: unknown): Container[] {
  if (typeof value !== "object" || value === null) return [];
  const { image, imageID, reference }: Members = value;
  const images = [image, imageID, reference].filter((each) => typeof each === "string");
  return [...containersOf(images), ...Object.values(value).flatMap(containersIn)];
}
