import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { type Browser, type BrowserContextOptions, type Page, chromium } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { demoAccount } from "../../demo/account.ts";
import { run } from "../make-run.ts";
import { type Account, createAccount, enabled, image, old } from "../simulator/account.ts";
import { startSimulator } from "../simulator/simulator.ts";

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

/** Runs the command line on an account and opens the report. Fails if the page has an error or makes a request. */
async function openReport(
  account: Account,
  options: BrowserContextOptions = {},
  args: string[] = [],
) {
  const file = join(folder, `${crypto.randomUUID()}.html`);
  await using simulator = await startSimulator(account);
  const { exitCode } = await run(simulator, ["--report", file, ...args], { BOX_LOG: "ERROR" });
  expect(exitCode).toBe(0);

  const context = await browser.newContext(options);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  page.on("request", (request) => {
    if (!request.url().startsWith("file:")) problems.push(`request of ${request.url()}`);
  });
  await page.goto(pathToFileURL(file).href);
  await page.locator(".tabulator-row").first().waitFor();
  expect(problems).toEqual([]);
  return { page, file, problems };
}

const column = (page: Page, field: string) =>
  page.locator(`.tabulator-row .tabulator-cell[tabulator-field="${field}"]`).allTextContents();

/** Types a text into the filter of a column. */
async function filter(page: Page, field: string, text: string) {
  const input = page.locator(`.tabulator-col[tabulator-field="${field}"] input`);
  await input.press("ControlOrMeta+A");
  await input.press("Backspace");
  await input.pressSequentially(text);
}

test.for([
  { width: 1280, colorScheme: "light" as const },
  { width: 1280, colorScheme: "dark" as const },
  { width: 390, colorScheme: "light" as const },
  { width: 390, colorScheme: "dark" as const },
])("fits $width px, $colorScheme", async ({ width, colorScheme }) => {
  const viewport = { width, height: 900 };
  const { page } = await openReport(demoAccount(), { viewport, colorScheme });
  await page.screenshot({ path: join(SCREENSHOTS, `${width}-${colorScheme}.png`), fullPage: true });
  const pageWidth = await page.evaluate("document.documentElement.scrollWidth");
  expect(pageWidth).toBeLessThanOrEqual(width);
});

test("shows the totals, the skipped repositories, and the verdict of every image", async () => {
  const { page } = await openReport(demoAccount());
  const totals = await page.locator("#totals").innerText();
  expect(totals).toContain("63");
  expect(totals).toContain("up to 9.58 GB, $0.96 a month");
  expect(totals).toContain("14 too-young, 11 in-use, 2 child-of-kept");
  expect(await page.locator("#notes").innerText()).toContain("ml/notebooks skipped");
  expect(await page.locator("#subtitle").innerText()).toContain("Dry run: nothing was deleted");
  expect(await page.locator("#count").innerText()).toBe("63 of 63 shown.");
  expect(new Set(await column(page, "verdict"))).toContain("delete");
});

test("filters and sorts", async () => {
  const { page } = await openReport(demoAccount());
  await filter(page, "verdict", "in-use");
  await filter(page, "repository", "api");
  await page.getByText(/^1 of 63 shown/).waitFor();
  expect(await column(page, "because")).toEqual([
    expect.stringContaining("service/production/api"),
  ]);

  await filter(page, "verdict", "");
  await page.getByText(/^14 of 63 shown/).waitFor();
  await page.locator('.tabulator-col[tabulator-field="pushed"] .tabulator-col-title').click();
  const dates = await column(page, "pushed");
  expect(dates).toEqual(dates.toSorted());
});

test("shows the code in a tag, and does not run it", async () => {
  const evil = old("x", { tags: "</script><img/src=x/onerror=document.title='broken'>" });
  const account = createAccount({ repositories: { app: enabled([evil]) } });
  const { page, problems } = await openReport(account);
  expect(await column(page, "tags")).toEqual([
    "</script><img/src=x/onerror=document.title='broken'>",
  ]);
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
  await page.locator("#count", { hasText: "100,000 of 100,000 shown." }).waitFor();
  // The table draws only the visible rows.
  expect(await page.locator(".tabulator-row").count()).toBeLessThan(200);
  await filter(page, "tags", "v4999");
  await page.getByText(/^22 of 100,000 shown/).waitFor();
  expect(statSync(file).size).toBeLessThan(30_000_000);
});
