import type { Observer } from "../run/context.ts";

/** Tells, by a line that it keeps up to date, how a run goes on. */
export function progress(show: (line: string) => void): Observer {
  const scanned: string[] = [];
  let repositories: number | undefined;
  let done = 0;
  let images = 0;
  let deleted = 0;

  const update = () => {
    const counts = [
      `${done} of ${repositories} repositories`,
      `${images.toLocaleString("en")} images seen`,
      ...(deleted > 0 ? [`${deleted.toLocaleString("en")} deleted`] : []),
    ];
    const scanning = scanned.length > 0 ? `, ${scanned.join(" and ")} done` : "";
    show(repositories === undefined ? `Reading what is in use${scanning}` : counts.join(", "));
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
    onPlan: (_, decisions) => {
      images += decisions.length;
      update();
    },
    onDeleted: (count) => {
      deleted += count;
      update();
    },
    onOutcome: () => {
      done += 1;
      update();
    },
  };
}
