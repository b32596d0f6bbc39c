import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import axe, { type AxeResults } from "axe-core";
import { type Browser, type BrowserContextOptions, type Page, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import packageJson from "../../package.json" with { type: "json" };
import { demoAccount } from "../../demo/account.ts";
import { SOURCE_IDS } from "../../src/in-use/sources/index.ts";
import { app, serviceUsing } from "../accounts.ts";
import { jsonList } from "../in-use/lists/lists.ts";
import { Recorder } from "../../src/records/recorder.ts";
import { cleanAccount, run } from "../make-run.ts";
import { REGISTRY, createAccount, digestOf, enabled, image, old } from "../simulator/account.ts";
import { createOrganization } from "../simulator/organization.ts";
import { type SimulatorOptions, startSimulator } from "../simulator/simulator.ts";

/** The usual places of Chromium and Chrome. playwright-core installs no browser. */
const EXECUTABLES = ["/usr/bin/chromium", "/usr/bin/google-chrome", "/usr/bin/chromium-browser"];
const SCREENSHOTS = "test-results";

const folder = mkdtempSync(join(tmpdir(), "report-"));
let browser: Browser;

beforeAll(async () => {
  mkdirSync(SCREENSHOTS, { recursive: true });
  const executablePath = EXECUTABLES.find((path) => existsSync(path));
  if (executablePath === undefined) throw new Error(`No browser at ${EXECUTABLES.join(", ")}`);
  browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"],
  });
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

interface Opening {
  readonly browser?: BrowserContextOptions;
  readonly args?: readonly string[];
  readonly settings?: Readonly<Record<string, string>>;
  readonly simulator?: SimulatorOptions;
  readonly exitCode?: number;
  /** The end of the link. */
  readonly hash?: string;
}

/** Runs the command line on an account and opens the report. */
async function openReport(account: Parameters<typeof startSimulator>[0], opening: Opening = {}) {
  const file = join(folder, `${crypto.randomUUID()}.html`);
  await using simulator = await startSimulator(account, opening.simulator);
  const args = ["--report", file, ...(opening.args ?? [])];
  const { exitCode } = await run(simulator, args, { BOX_LOG: "SILENT", ...opening.settings });
  expect(exitCode).toBe(opening.exitCode ?? 0);
  return { file, ...(await openFile(file, opening)) };
}

/** Opens a report. Fails if the page has an error or makes a request. */
async function openFile(file: string, opening: Opening = {}) {
  const context = await browser.newContext({ timezoneId: "Asia/Tokyo", ...opening.browser });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  page.on("request", (request) => {
    if (!request.url().startsWith("file:")) problems.push(`request of ${request.url()}`);
  });
  const url = pathToFileURL(file).href + (opening.hash ?? "");
  await page.goto(url);
  await page.locator("#rows tr").first().waitFor();
  expect(problems).toEqual([]);
  return { page, url, problems };
}

const column = (page: Page, name: string) => page.locator(`#rows .${name}`).allInnerTexts();
const shown = (page: Page) => page.locator("#count").innerText();

/** What axe finds on a page: a line for each rule that is broken, with the first place. */
async function findingsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations }: AxeResults = await page.evaluate("axe.run()");
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}: ${nodes[0]?.failureSummary}`);
}

const SCREENS = [
  { width: 1280, colorScheme: "light" as const },
  { width: 1280, colorScheme: "dark" as const },
  { width: 390, colorScheme: "light" as const },
  { width: 390, colorScheme: "dark" as const },
];

/** A real run in which one image is deleted, ECR refuses one, and one fails. */
async function openRealRun(options: BrowserContextOptions = {}) {
  const account = createAccount({
    ...serviceUsing(`${REGISTRY}/app:used`),
    repositories: { app: enabled(["v1", "moves", "broken", "used"].map((name) => old(name))) },
  });
  const answers = (input: { imageIds: { imageTag: string; imageDigest: string }[] }) => {
    const idsOf = (tag: string) => input.imageIds.filter(({ imageTag }) => imageTag === tag);
    const failure = (tag: string, failureCode: string, failureReason: string) =>
      idsOf(tag).map((imageId) => ({ imageId, failureCode, failureReason }));
    return {
      imageIds: idsOf("v1"),
      failures: [
        ...failure("moves", "ImageTagDoesNotMatchDigest", "The tag names another image"),
        ...failure("broken", "KmsError", "The key is disabled"),
      ],
    };
  };
  return openReport(account, {
    browser: options,
    settings: { DRY_RUN: "false" },
    exitCode: 1,
    simulator: {
      before: {
        "ecr:BatchDeleteImage": ({ repositories }) => {
          repositories.get("app")?.images.delete(digestOf("v1"));
        },
      },
      answers: { "ecr:BatchDeleteImage": (input) => answers(input as never) },
    },
  });
}

/** A run in two accounts and two Regions; account 444444444444 is suspended. */
async function openOrganization(options: BrowserContextOptions = {}) {
  const organization = createOrganization({
    home: {
      repositories: { app: enabled([old("v1"), old("v2"), old("v3")]) },
      functions: { mailer: app("v1") },
    },
    places: {
      "222222222222/eu-west-1": {
        clusters: { main: { web: { taskDefinition: "web:1" } } },
        taskDefinitions: { "web:1": [app("v2")] },
      },
      "222222222222/us-east-1": { functions: { nightly: app("v2"), hourly: app("v2") } },
    },
    accounts: { "444444444444": { state: "SUSPENDED" } },
  });
  return openReport(organization, {
    browser: options,
    settings: { IN_USE_ACCOUNTS: "organization", IN_USE_REGIONS: "us-east-1" },
  });
}

/** A report as if its run had read 800 places, in half of which App Runner is not available. */
async function openLargeOrganization(options: BrowserContextOptions = {}) {
  const { file } = await openOrganization();
  const html = readFileSync(file, "utf8");
  const large = html.replace(/"places":\[.*?\],"passedOver"/, () => {
    const places = Array.from({ length: 800 }, (_, i) => ({
      account: String(222222222222 + Math.floor(i / 16)),
      region: `ap-southeast-${i % 16}`,
      references: i,
      found: { ecs: i },
      notAvailable: i % 2 === 0 ? ["app-runner"] : [],
    }));
    return `"places":${JSON.stringify(places)},"passedOver"`;
  });
  const path = join(folder, `${crypto.randomUUID()}.html`);
  writeFileSync(path, large);
  const page = await (await browser.newContext(options)).newPage();
  await page.goto(pathToFileURL(path).href);
  await page.getByText(/^What was checked/).click();
  return page;
}

describe.for(SCREENS)("at $width px, $colorScheme,", ({ width, colorScheme }) => {
  const options = { viewport: { width, height: 900 }, colorScheme };
  const screenshot = (name: string) => ({
    path: join(SCREENSHOTS, `${name}-${width}-${colorScheme}.png`),
    fullPage: true,
  });

  test("the report fits, and axe finds nothing", async () => {
    const { page } = await openReport(demoAccount(), { browser: options });
    await page.screenshot(screenshot("report"));
    const pageWidth = await page.evaluate("document.documentElement.scrollWidth");
    expect(pageWidth).toBeLessThanOrEqual(width);
    expect(await findingsOf(page)).toEqual([]);
  });

  test("the opened details of a filtered real run fit, and axe finds nothing", async () => {
    const { page } = await openRealRun(options);
    for (const name of [/^Settings in force/, /^What was checked/, /^What no run/]) {
      await page.getByText(name).click();
    }
    await page.getByRole("button", { name: /^app\b/ }).click();
    await page.getByRole("button", { name: "Details of app:broken" }).click();
    await page.screenshot(screenshot("real-run"));
    const pageWidth = await page.evaluate("document.documentElement.scrollWidth");
    expect(pageWidth).toBeLessThanOrEqual(width);
    expect(await findingsOf(page)).toEqual([]);
  });
});

describe.for(SCREENS)("at $width px, $colorScheme, with several places,", (screen) => {
  const { width, colorScheme } = screen;
  const options = { viewport: { width, height: 900 }, colorScheme };
  const path = (name: string) => join(SCREENSHOTS, `${name}-${width}-${colorScheme}.png`);

  test("what was checked fits, and axe finds nothing", async () => {
    const { page } = await openOrganization(options);
    await page.getByText(/^What was checked/).click();
    await page.screenshot({ path: path("places"), fullPage: true });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    expect(await findingsOf(page)).toEqual([]);
  });

  test("a matrix of 800 places scrolls in its own box, and keeps its heads in sight", async () => {
    const page = await openLargeOrganization(options);
    const box = page.getByRole("region", { name: "References found in each account and Region" });
    const head = box.getByRole("columnheader", { name: "Account and Region" });
    await box.evaluate((each) => each.scrollIntoView());
    const before = await head.boundingBox();
    await box.evaluate((each) => each.scrollBy(100, 5000));
    expect(await head.boundingBox()).toEqual(before);
    await page.screenshot({ path: path("places-800") });
    expect(await box.locator("tbody tr").count()).toBe(800);
    expect((await box.boundingBox())?.height).toBeLessThan(900);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
  });
});

describe("what was read", () => {
  test("is a matrix if there are several places, without the sources that found nothing", async () => {
    const { page } = await openOrganization();
    expect(await page.locator("#facts").innerText()).toContain(
      "2 accounts and 2 Regions (4 places)",
    );
    await page.getByText(/^What was checked .*in 4 places, 0 left out, 1 account not read/).click();
    const matrix = page.getByRole("table", { name: "References found in each account and Region" });
    expect(await matrix.getByRole("columnheader").allInnerTexts()).toEqual([
      "Account and Region",
      "All sources",
      "ECS",
      "Lambda",
    ]);
    const row = matrix.getByRole("row").filter({ hasText: "222222222222/us-east-1" });
    expect(await row.getByRole("rowheader").innerText()).toBe("222222222222/us-east-1");
    expect(await row.getByRole("cell").allInnerTexts()).toEqual(["2", "–", "2"]);
    expect(await row.getByRole("cell", { name: "none" }).count()).toBe(1);
    expect(await page.locator("#passed-over").innerText()).toBe(
      "Inactive accounts, not read: 444444444444.",
    );
  });

  test("says where a source is not available", async () => {
    const page = await openLargeOrganization();
    expect(await page.locator("#sources").innerText()).toContain(
      "not available in 8 of 16 Regions",
    );
    const row = page.locator("#place-rows tr", { hasText: /^222222222222\/ap-southeast-2/ });
    expect(await row.innerText()).toContain("not in this Region");
  });

  test("has no matrix if there is one place", async () => {
    const { page } = await openReport(demoAccount());
    await page.getByText(/^What was checked \(\d+ sources read, 0 left out\)$/).click();
    expect(await page.locator("#places-section").isVisible()).toBe(false);
    expect(await page.locator("#passed-over").isVisible()).toBe(false);
    expect(await page.locator("#facts").innerText()).not.toContain("Read in");
  });

  test("names the lists that were read", async () => {
    const list = join(folder, "list.txt");
    writeFileSync(list, app("v1"));
    const { page } = await openReport(demoAccount(), { settings: { IN_USE_LISTS: list } });
    await page.getByText(/^What was checked .*sources read, 1 list read, 0 left out/).click();
    const row = page.locator("#sources tr", { hasText: /^list/ });
    expect(await row.getByRole("rowheader").innerText()).toBe(`list ${list}`);
    expect(await row.getByRole("cell").innerText()).toMatch(/^1 reference, made 20.*Z$/);
  });

  test("warns of a list whose maker left out sources", async () => {
    const list = join(folder, "part.json");
    writeFileSync(list, jsonList([app("v1")], { sources: ["ecs"], blindSpots: ["a machine"] }));
    const { page } = await openReport(demoAccount(), { settings: { IN_USE_LISTS: list } });
    const warnings = await page.locator("#warnings").innerText();
    expect(warnings).toContain(
      `List ${list} has only these sources: ecs. Images that only other sources show are shown as unused.`,
    );
    expect(warnings).toContain(`Images not known: list ${list}: a machine.`);
  });

  test("is whole on paper", async () => {
    const page = await openLargeOrganization();
    await page.emulateMedia({ media: "print" });
    const { height = 0 } = (await page.locator("#places").boundingBox()) ?? {};
    expect(height).toBeGreaterThan(8000);
  });
});

test("shows the totals and the skipped repositories", async () => {
  const { page } = await openReport(demoAccount());
  const totals = await page.locator("#totals").innerText();
  expect(totals).toContain("63");
  expect(totals).toContain("up to 9.58 GB, $0.96 a month");
  expect(totals).toContain("14 too young, 11 in use, 2 listed by a kept index");
  expect(await page.locator("#notes").innerText()).toContain("ml/notebooks skipped");
});

test("shows the account, the Region, the time with its zone, and the version", async () => {
  const { page } = await openReport(demoAccount());
  const facts = await page.locator("#facts").innerText();
  expect(facts).toContain("Dry run: nothing was deleted");
  expect(facts).toContain("123456789012");
  expect(facts).toContain("eu-west-1");
  expect(facts).toMatch(/\d{4} at \d\d:\d\d:\d\d GMT\+9/);
  expect(facts).toContain(`aws-ecr-cleaner ${packageJson.version}`);
});

test("shows the settings in force, what was checked, and what was not", async () => {
  const settings = { IN_USE_SOURCES: "ecs lambda", DEFAULT_KEEP_DAYS: "45" };
  const { page } = await openReport(demoAccount(), { settings });
  expect(await page.locator("#warnings").innerText()).toContain(
    "Sources left out: ecs-daemons, app-runner",
  );
  await page.getByText(/^Settings in force/).click();
  const table = await page.locator("#settings").innerText();
  expect(table).toContain("DEFAULT_KEEP_DAYS\t45 (changed)");
  expect(table).toContain("BoxCleanerKeepDays\t365 (tag of audit/ledger)");
  const leftOut = SOURCE_IDS.length - 2;
  await page.getByText(`What was checked (2 sources read, ${leftOut} left out)`).click();
  expect(await page.locator("#sources").innerText()).toMatch(/^ECS\t\d+ references/);
  await page.getByText("What no run can check").click();
  expect(await page.locator("#never-read").innerText()).toContain("Kubernetes");
});

test("shows what a real run did with each image, failures first, and why", async () => {
  const { page } = await openRealRun();
  expect(await column(page, "tags")).toEqual(["broken", "moves", "v1", "used"]);
  expect(await column(page, "outcome")).toEqual(["failed", "refused", "deleted", "kept"]);
  expect(await column(page, "reason")).toEqual([
    "KmsError: The key is disabled",
    "ImageTagDoesNotMatchDigest: The tag names another image",
    "Old, and nothing keeps it",
    "In use: ECS service main/web, by web:1; ECS task definition family web, by web:1",
  ]);
  await page.getByRole("button", { name: "Refused 1" }).click();
  expect(await column(page, "tags")).toEqual(["moves"]);
});

test("shows unused images first, and the largest of them first", async () => {
  const { page } = await openReport(demoAccount());
  const outcomes = await column(page, "outcome");
  expect(outcomes).toEqual(outcomes.toSorted().toReversed());
  expect((await column(page, "size"))[0]).toBe("527 MB");
});

test("of more images than it shows says so, and where all are", async () => {
  const recorder = new Recorder(2);
  const images = [old("v1"), old("v2", { sizeMB: 300 }), image("v3", { sizeMB: 200 }), image("v4")];
  const { summary } = await cleanAccount(
    { repositories: { app: enabled(images) } },
    {},
    { DRY_RUN: "true", STORE: join(folder, "store") },
    { recorder },
  );
  await recorder.remove();
  const { page } = await openFile(summary.report?.page ?? "");
  expect(await column(page, "tags")).toEqual(["v2", "v1"]);
  expect(await page.locator("#warnings").innerText()).toContain(
    "This page shows 2 of 4 images: unused images before kept ones, and large images before small ones.",
  );
  expect(await page.locator("#warnings").innerText()).toContain(
    `All images are in ${summary.report?.plan}.`,
  );
  expect(await page.locator("#images-title").innerText()).toBe("The largest images");
});

describe("the filter", () => {
  test("shows unused or kept images, by one button each", async () => {
    const { page, url, problems } = await openReport(demoAccount());
    const unused = page.getByRole("button", { name: /^Unused / });
    await unused.click();
    expect(new Set(await column(page, "outcome"))).toEqual(new Set(["unused"]));
    expect(await unused.getAttribute("aria-pressed")).toBe("true");
    await page.getByRole("button", { name: /^Kept / }).click();
    expect(await shown(page)).toMatch(/^27 of 63 images/);
    await page.getByRole("button", { name: "Clear filter" }).click();
    expect(await shown(page)).toMatch(/^63 of 63 images/);
    expect(page.url()).toBe(url);
    expect(problems).toEqual([]);
  });

  test("shows images that are kept for one reason, whatever was shown before", async () => {
    const { page } = await openReport(demoAccount());
    await page.getByRole("button", { name: /^Unused / }).click();
    await page.getByLabel("Kept because").selectOption("In use (11)");
    expect(await shown(page)).toMatch(/^11 of 63 images/);
    expect(new Set(await column(page, "outcome"))).toEqual(new Set(["kept"]));
  });

  test("takes words of the repository, the tags and the reason", async () => {
    const { page } = await openReport(demoAccount());
    await page.getByRole("searchbox").fill("service production/api v6");
    await page.getByText(/^1 of 63 images/).waitFor();
    expect(await column(page, "tags")).toEqual(["v6"]);
    await page.getByRole("searchbox").fill("no such image");
    await page.getByText(/^0 of 63 images/).waitFor();
    expect(await page.locator("#rows").innerText()).toContain("No image matches");
  });

  test("shows one repository when its bar is pressed, and all when it is pressed again", async () => {
    const { page } = await openReport(demoAccount());
    const bar = page.getByRole("button", { name: /^shop\/worker / });
    await bar.click();
    expect(new Set(await column(page, "repository"))).toEqual(new Set(["shop/worker"]));
    expect(await bar.getAttribute("aria-pressed")).toBe("true");
    expect(await page.getByRole("combobox", { name: "Repository" }).inputValue()).toBe(
      "shop/worker",
    );
    await bar.click();
    expect(await shown(page)).toMatch(/^63 of 63 images/);
  });

  test("is part of the link, which shows the same again", async () => {
    const { page, url } = await openReport(demoAccount());
    await page.getByRole("button", { name: /^shop\/worker / }).click();
    await page.getByRole("button", { name: /^Unused / }).click();
    await page.getByRole("button", { name: "Pushed" }).click();
    const [link, tags] = [page.url(), await column(page, "tags")];
    expect(link).toBe(`${url}#show=unused&repository=shop%2Fworker&sort=pushed`);
    await page.goto("about:blank");
    await page.goto(link);
    expect(await column(page, "tags")).toEqual(tags);
    await page.goto(`${url}#reason=in-use`);
    await page.getByText(/^11 of 63 images/).waitFor();
  });

  test("of a link that names a repository of another report shows nothing", async () => {
    const { page } = await openReport(demoAccount(), { hash: "#repository=gone" });
    expect(await shown(page)).toMatch(/^0 of 63 images/);
    const choice = page.getByRole("combobox", { name: "Repository" }).locator("option:checked");
    expect(await choice.innerText()).toBe("gone (not in this report)");
  });
});

test("filters, sorts and opens details by keyboard alone", async () => {
  const { page } = await openReport(demoAccount());
  const focused = async () => String(await page.evaluate("document.activeElement.innerText"));
  /** Presses Tab until an element with a text has the focus. */
  const tabTo = async (text: string) => {
    for (let presses = 0; presses < 60 && !(await focused()).startsWith(text); presses++) {
      await page.keyboard.press("Tab");
    }
    expect(await focused()).toMatch(new RegExp(`^${text}`));
  };
  await tabTo("lambda/thumbnails");
  await page.keyboard.press("Enter");
  await tabTo("Unused");
  await page.keyboard.press("Space");
  expect(await shown(page)).toMatch(/^5 of 63 images/);

  await tabTo("Size");
  await page.keyboard.press("Enter");
  const head = page.getByRole("columnheader", { name: "Size" });
  expect(await head.getAttribute("aria-sort")).toBe("descending");
  await page.keyboard.press("Enter");
  expect(await head.getAttribute("aria-sort")).toBe("ascending");
  expect(await focused()).toBe("Size");

  await page
    .getByRole("button", { name: /^Details of lambda\/thumbnails:/ })
    .first()
    .focus();
  await page.keyboard.press("Enter");
  expect(await page.locator(".details").innerText()).toContain("Copy digest");
});

test("turns the pages of the table by keyboard, and keeps the focus at the last one", async () => {
  const images = Array.from({ length: 250 }, (_, i) => old(`v${i}`));
  const account = createAccount({ repositories: { app: enabled(images) } });
  const { page } = await openReport(account);
  await page.getByRole("button", { name: "Next" }).focus();
  await page.keyboard.press("Enter");
  expect(await page.locator("#range").innerText()).toBe("101 to 200");
  await page.keyboard.press("Enter");
  expect(await page.locator("#range").innerText()).toBe("201 to 250");
  expect(await page.evaluate("document.activeElement.id")).toBe("table");
  expect(await findingsOf(page)).toEqual([]);
});

test("copies the digest and the reference of an image", async () => {
  const { page } = await openReport(demoAccount());
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("button", { name: "Details of shop/api:v6" }).click();
  const digest = digestOf("shop/api:6");
  const copied = () => page.evaluate("navigator.clipboard.readText()");
  await page.getByRole("button", { name: "Copy digest" }).click();
  await page.getByText("Copied the digest.").waitFor();
  expect(await copied()).toBe(digest);
  await page.getByRole("button", { name: "Copy reference" }).click();
  await page.getByText("Copied the reference.").waitFor();
  expect(await copied()).toBe(`${REGISTRY}/shop/api@${digest}`);
});

test("shows the names of ARNs in the row, and the whole reason in the details and on paper", async () => {
  const arn = "arn:aws:lambda:eu-west-1:123456789012:function:mailer";
  const account = createAccount({
    repositories: { app: enabled([old("v1")]) },
    functions: Object.fromEntries(
      [arn, "a", "b", "c", "d"].map((name) => [name, `${REGISTRY}/app:v1`]),
    ),
  });
  const { page } = await openReport(account);
  const [reason = ""] = await column(page, "reason");
  expect(reason).not.toContain("arn:");
  expect(reason).toMatch(/; and 2 more$/);
  await page.getByRole("button", { name: "Details of app:v1" }).click();
  const details = await page.locator(".details").innerText();
  for (const name of [arn, "a", "b", "c", "d"]) {
    expect(details).toContain(`Lambda function ${name}, version $LATEST`);
  }
  await page.evaluate("dispatchEvent(new Event('beforeprint'))");
  expect((await column(page, "reason"))[0]).toContain("Lambda function d, version $LATEST");
});

describe("the saved files", () => {
  async function save(page: Page, name: string) {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name }).click(),
    ]);
    const path = join(folder, crypto.randomUUID());
    await download.saveAs(path);
    return { name: download.suggestedFilename(), text: readFileSync(path, "utf8") };
  }

  test("have the images that the filter shows, as CSV and JSON", async () => {
    const { page } = await openReport(demoAccount(), { hash: "#repository=shop/search" });
    const csv = await save(page, "Save as CSV");
    expect(csv.name).toMatch(/^ecr-images-123456789012-eu-west-1-\d{4}-\d\d-\d\d\.csv$/);
    expect(csv.text.trim().split("\r\n")).toHaveLength(4);
    const json = await save(page, "Save as JSON");
    expect(JSON.parse(json.text)).toEqual([
      expect.objectContaining({ repository: "shop/search", outcome: "unused", reason: null }),
      expect.objectContaining({ tags: ["stable"], outcome: "kept", reason: "in-use" }),
      expect.objectContaining({ tags: [], outcome: "kept", reason: "in-use" }),
    ]);
  });
});

test("prints the filtered images of all pages, with the settings, and without the controls", async () => {
  const images = Array.from({ length: 1200 }, (_, i) => old(`v${i}`));
  const account = createAccount({ repositories: { app: enabled(images) } });
  const { page } = await openReport(account);
  await page.emulateMedia({ media: "print" });
  await page.evaluate("dispatchEvent(new Event('beforeprint'))");
  expect(await page.locator("#rows tr").count()).toBe(1000);
  expect(await page.locator("#print-note").innerText()).toBe("200 more images are not printed.");
  expect(await page.locator("#settings").isVisible()).toBe(true);
  expect(await page.locator(".controls").isVisible()).toBe(false);
  await page.evaluate("dispatchEvent(new Event('afterprint'))");
  expect(await page.locator("#rows tr").count()).toBe(100);
});

test("prints on sheets in light colours", async () => {
  const { page } = await openReport(demoAccount(), { browser: { colorScheme: "dark" } });
  await page.emulateMedia({ media: "print" });
  await page.evaluate("dispatchEvent(new Event('beforeprint'))");
  await page.setViewportSize({ width: 1030, height: 700 });
  await page.screenshot({ path: join(SCREENSHOTS, "print.png"), fullPage: true });
  expect(await page.evaluate("getComputedStyle(document.body).color")).toBe("rgb(29, 36, 48)");
});

test("keeps the first column in sight on a phone", async () => {
  const { page } = await openReport(demoAccount(), {
    browser: { viewport: { width: 390, height: 800 } },
  });
  const first = page.locator("#rows .repository").first();
  const before = await first.boundingBox();
  await page.evaluate("document.querySelector('#table').scrollLeft = 500");
  await page.locator("#images").screenshot({ path: join(SCREENSHOTS, "phone-scrolled.png") });
  const reason = await page.locator("#rows .tags").first().boundingBox();
  expect(reason?.x).toBeLessThan(0);
  expect((await first.boundingBox())?.x).toBe(before?.x);
});

test("shows the code in a tag, and does not run it", async () => {
  const evil = old("x", { tags: "</script><img/src=x/onerror=document.title='broken'>" });
  const account = createAccount({ repositories: { app: enabled([evil]) } });
  const { page, problems } = await openReport(account);
  expect(await column(page, "tags")).toEqual([
    "</script><img/src=x/onerror=document.title='broken'>",
  ]);
  await page.getByRole("button", { name: /^Details of app:/ }).click();
  expect(await page.locator("#rows img").count()).toBe(0);
  expect(await page.title()).toBe("ECR cleaner report");
  expect(problems).toEqual([]);
});

test("filters a table of 100,000 images", async () => {
  const images = Array.from({ length: 50_000 }, (_, i) =>
    i % 3 === 0 ? image(`v${i}`) : old(`v${i}`, { sizeMB: (i % 100) + 1 }),
  );
  const account = createAccount({
    repositories: { one: enabled(images), two: enabled(images.map((each) => ({ ...each }))) },
  });
  const { page, file } = await openReport(account);
  expect(await shown(page)).toMatch(/^100,000 of 100,000 images/);
  // The table has only one page of rows at a time.
  expect(await page.locator("#rows tr").count()).toBe(100);
  await page.getByRole("button", { name: "Next" }).click();
  expect(await page.locator("#range").innerText()).toBe("101 to 200");
  await page.getByRole("searchbox").fill("v4999");
  await page.getByText(/^22 of 100,000 images/).waitFor();
  expect(await page.locator("#rows tr").count()).toBe(22);
  expect(statSync(file).size).toBeLessThan(30_000_000);
});
