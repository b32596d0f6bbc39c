import type { Config } from "../settings/config.ts";
import { type Setting, settings } from "../settings/settings.ts";
import { SOURCE_IDS } from "../in-use/sources/index.ts";
import { describeLocation } from "../store/location.ts";

/** A setting, and the value that a run had for it, as people write it. */
export interface SettingInForce {
  readonly name: string;
  readonly value: string;
  readonly isDefault: boolean;
}

/** Every setting that decides what a run does, whether the environment or an option set it, or it has its default. */
export function settingsInForce(config: Config): SettingInForce[] {
  const { defaultPolicy, guardRails } = config;
  const values: [setting: Setting<unknown>, value: unknown][] = [
    [settings.dryRun, config.dryRun],
    [settings.keepDays, defaultPolicy.keepDays],
    [settings.keepCount, defaultPolicy.keepCount],
    [settings.keepTags, defaultPolicy.keepTags.join(" ")],
    [settings.keepPulledDays, defaultPolicy.keepPulledDays ?? ""],
    [settings.keepUsedDays, defaultPolicy.keepUsedDays ?? ""],
    [settings.maxDeletePercent, guardRails.maxDeletePercent],
    [settings.maxDeletions, guardRails.maxDeletions ?? ""],
    [settings.allowEmptyInUse, guardRails.allowEmptyInUse],
    [settings.evidence, config.evidence],
    [settings.sources, namesOf(config.sources)],
    [settings.accounts, [config.scopes.accounts].flat().join(" ")],
    [settings.regions, [config.scopes.regions].flat().join(" ")],
    [settings.role, config.scopes.role],
    [settings.externalId, config.scopes.externalId ?? ""],
    [settings.lists, config.lists.locations.map((each) => describeLocation(each)).join(" ")],
    [settings.listsMaxHours, config.lists.maxHours],
    [settings.unseenPullers, defaultPolicy.unseenPullers],
    [settings.keepTaskDefinitions, config.keepTaskDefinitions],
    [settings.store, config.store === undefined ? "" : describeLocation(config.store)],
    [settings.notifyTopic, config.notifyTopic ?? ""],
    [settings.pricePerGBMonth, config.pricePerGBMonth.toFixed(2)],
  ];
  return values.map(([{ name, fallback }, value]) => ({
    name,
    value: String(value),
    isDefault: String(value) === fallback,
  }));
}

function namesOf(sources: readonly string[]): string {
  return sources.length === SOURCE_IDS.length ? settings.sources.fallback : sources.join(" ");
}
