import { isOriginal } from "../settings.ts";
import { type Row, containersOf, namedIn } from "./container.ts";

export const lambda: Row = ({ functions }, settings) =>
  [...functions.values()]
    .flatMap(({ versions }) => [...versions.values()])
    .flatMap(({ image, resolved, environment }) => [
      ...containersOf([image, resolved]),
      ...(isOriginal(settings) ? [] : namedIn(environment)),
    ]);
