import { count } from "./count.ts";
import type { YoungHistory } from "./summary.ts";

/** Says why nothing is deleted yet, and from which day on. */
export function sayYoungHistory({ repositories, deletionsBegin }: YoungHistory): string {
  const where = count(repositories, "repository", "repositories");
  return (
    `The history of use is too young in ${where}: BoxCleanerKeepUsedDays keeps all images there. ` +
    `The first deletions begin on ${deletionsBegin}.`
  );
}
