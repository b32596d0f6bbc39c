import { type PlaceResult, InUseImages, addSources } from "../../src/in-use/evidence.ts";
import { type Summary, summarize } from "../../src/report/summary.ts";
import { parseConfig } from "../../src/settings/config.ts";

/** How many references each source found in each place, such as `222222222222/eu-west-1`; null if it is not available there. */
export type FoundInPlaces = Readonly<Record<string, Readonly<Record<string, number | null>>>>;

/** The summary of a run that read sources in places. The name of a source is its id. */
export function summaryOf(found: FoundInPlaces, passedOver: readonly string[] = []): Summary {
  const places = Object.entries(found).map(([name, sources]) => placeOf(name, sources));
  return summarize({
    config: parseConfig({}).config,
    durationMs: 1,
    isOutOfTime: false,
    evidence: {
      images: new InUseImages(),
      sources: addSources(places),
      places,
      lists: [],
      startedAt: 0,
      durationMs: 1,
    },
    passedOver,
    registry: "123456789012/eu-west-1",
    isCounted: true,
    outcomes: [],
    failures: [],
    storeFailures: [],
  });
}

function placeOf(place: string, sources: FoundInPlaces[string]): PlaceResult {
  const [account = "", region = ""] = place.split("/");
  return {
    account,
    region,
    sources: Object.entries(sources).map(([id, references]) => ({
      id,
      name: id,
      status: references === null ? "not-available" : "complete",
      references: references ?? 0,
      blindSpots: [],
    })),
  };
}
