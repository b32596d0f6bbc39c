// Loads the handler as Lambda does at a cold start, and tells when it was loaded and when it made its first call, in ms, and the memory until then, in KB.
import { subscribe } from "node:diagnostics_channel";

const startedAt = performance.now();
const { handler } = await import("../dist/index.mjs");
const loadedMs = performance.now() - startedAt;

subscribe("http.client.request.start", () => {
  const { maxRSS } = process.resourceUsage();
  console.log(JSON.stringify({ loadedMs, firstCallMs: performance.now() - startedAt, maxRSS }));
  process.exit();
});
await handler({}, {});
