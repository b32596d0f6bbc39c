import { type Row, containersOf, namedIn } from "./container.ts";

export const agentCore: Row = ({ agentRuntimes }) =>
  [...agentRuntimes.values()]
    .flatMap((versions) => [...versions.values()])
    .flatMap(({ image, environment }) => [...containersOf([image]), ...namedIn(environment)]);
