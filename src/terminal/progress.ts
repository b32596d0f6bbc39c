import type { Observer } from "../run/observer.ts";

/** Shows the progress of a run in one line, which it keeps up to date. */
export function progress(show: (line: string) => void): Observer {
  const scanned: string[] = [];
  let repositories: number | undefined;
  let isPlanned = false;
  let done = 0;
  let images = 0;
  let deleted = 0;

  const update = () => {
    if (repositories === undefined) show("Listing repositories");
    else if (!isPlanned) {
      const finished = scanned.length > 0 ? `, ${scanned.join(" and ")} done` : "";
      show(`Reading what is in use${finished}`);
    } else {
      const counts = [
        `${done} of ${repositories} repositories`,
        `${images.toLocaleString("en")} images seen`,
        ...(deleted > 0 ? [`${deleted.toLocaleString("en")} deleted`] : []),
      ];
      show(counts.join(", "));
    }
  };
  update();
  return {
    onScanned: ({ name }) => {
      scanned.push(name);
      update();
    },
    onRepositories: (count) => {
      repositories = count;
      update();
    },
    onPlan: ({ decisions }) => {
      isPlanned = true;
      images += decisions.length;
      update();
    },
    onDeleted: (count) => {
      deleted += count;
      update();
    },
    onOutcome: () => {
      isPlanned = true;
      done += 1;
      update();
    },
  };
}
