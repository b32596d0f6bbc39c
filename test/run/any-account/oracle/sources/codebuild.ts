import { type Row, containersOf, namedIn } from "./container.ts";

export const codeBuild: Row = ({ buildProjects }) =>
  [...buildProjects.values()].flatMap(({ image, environment, buildspec }) => [
    ...containersOf([image]),
    ...namedIn({ environment, buildspec }),
  ]);
