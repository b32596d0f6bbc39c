import type { Observer } from "../run/observer.ts";

/** Shows the progress of a run in one line, which it keeps up to date. */
export function progress(show: (line: string) => void): Observer {
  let sources = 0;
  let scanned = 0;
  let reading = "";
  /** Missing while one account in one Region is read. */
  let places: string | undefined;
  let repositories: number | undefined;
  let isPlanned = false;
  let done = 0;
  let images = 0;
  let deleted = 0;

  const update = () => {
    if (repositories === undefined) show("Listing repositories");
    else if (!isPlanned) {
      const counts = [
        places ??
          (scanned > 0 ? `${scanned} of ${sources} sources read` : "Reading what is in use"),
        ...(reading === "" ? [] : [reading]),
      ];
      show(counts.join(", "));
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
    onStart: (surroundings) => {
      sources = surroundings.sources.length;
    },
    onReading: (source, things, count) => {
      reading = `${count.toLocaleString("en")} ${source} ${things}`;
      update();
    },
    onScanned: () => {
      scanned += 1;
      update();
    },
    onPlaceRead: (read, count) => {
      if (count > 1) places = `${read} of ${count} accounts and Regions read`;
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
