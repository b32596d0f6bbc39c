import { expect, test } from "vitest";

import { clean, dryRun, explain } from "./bundle.ts";
import { type Holder, createRole } from "./holders/holder.ts";
import { HOLDERS } from "./holders/holders.ts";
import { ENABLED, REGISTRY, createRepository, remaining } from "./registry.ts";

/** What an emulator can hold, and the program can read from it. */
interface Abilities {
  /** Ids of sources of evidence. */
  readonly sources: readonly string[];
  /** Names of holders that it lacks. */
  readonly lacks: readonly string[];
}

const UNUSED = ["unused-1", "unused-2", "unused-3"];

/** Tests the bundle against one account with every holder of an image that an emulator can hold. */
export function testWholeAccount({ sources, lacks }: Abilities): void {
  const settings = { IN_USE_SOURCES: sources.join(" ") };
  const holders = sources
    .flatMap((source) => HOLDERS[source] ?? [])
    .filter(({ name }) => !lacks.includes(name));
  const held = holders.map(({ name }) => name).toSorted();
  const all = [...held, ...UNUSED].toSorted();

  test("a real run deletes exactly the images that nothing in the account can start", async () => {
    await createAccount(holders, all);
    expect(await clean(settings)).toMatchObject({
      complete: true,
      images: { total: all.length, kept: { "in-use": held.length }, deleted: UNUSED.length },
      failures: [],
    });
    expect(await remaining("app")).toEqual(held);
    expect(await remaining("not-enabled")).toEqual(UNUSED);
  });

  test("--explain names what uses each image, and that nothing uses the others", async () => {
    await createAccount(holders, all);
    const explanation = await explain("app", settings);
    const expected = [
      ...holders.map(({ name, place }) => [name, place]),
      ...UNUSED.map((tag) => [tag, "verdict    delete"]),
    ];
    for (const [tag, line] of expected) expect(explanationOf(tag, explanation)).toContain(line);
  });

  test("a dry run finds the unused images and deletes nothing", async () => {
    await createAccount(holders, all);
    expect(await dryRun(settings)).toMatchObject({
      complete: true,
      images: { unused: UNUSED.length, deleted: 0 },
    });
    expect(await remaining("app")).toEqual(all);
  });

  test("a second run deletes nothing", async () => {
    await createAccount(holders, all);
    await clean(settings);
    expect(await clean(settings)).toMatchObject({
      complete: true,
      images: { total: held.length, unused: 0, deleted: 0 },
    });
    expect(await remaining("app")).toEqual(held);
  });
}

/** Creates each holder with an image of its own, and images that nothing uses in two repositories. */
async function createAccount(holders: readonly Holder[], tags: readonly string[]): Promise<void> {
  await createRepository("app", ENABLED, tags);
  await createRepository("not-enabled", {}, UNUSED);
  await createRole();
  for (const { name, create } of holders) await create(`${REGISTRY}/app:${name}`, name);
}

/** The lines about the image with a tag: they follow its name, and are indented. What was broken to fit a line is whole again. */
function explanationOf(tag: string | undefined, explanation: string): string {
  const lines = new RegExp(`^app:${tag}\n(?:  .*\n)*`, "m").exec(explanation)?.[0] ?? "";
  return lines.replaceAll(/\n {3,}/g, " ");
}
