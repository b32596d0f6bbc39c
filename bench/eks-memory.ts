import { fork } from "node:child_process";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { setInterval } from "node:timers";

import { InUseImages } from "../src/in-use/evidence.ts";
import { ApiServer } from "../src/in-use/sources/eks/api-server.ts";
import { KINDS, nameOf, referencesOf } from "../src/in-use/sources/eks/workloads.ts";
import { certify } from "../test/aws/certificate.ts";
import { app, numbered } from "../test/accounts.ts";
import { digestOf } from "../test/simulator/account.ts";

/*
 * The memory that reading the pods of a large cluster takes, with pods as large as real ones. The API server is a process of
 * its own, so that its memory is not counted. Prints the pods, kB a pod, seconds, and resident memory in MB: before, and at its
 * peak. Bundle it with esbuild before: Node's own reading of TypeScript takes 40 MB more.
 */
const PODS = Number(process.env["PODS"] ?? 50_000);
/** Different images, each of which several pods run. */
const IMAGES = 2_000;

/** A pod of about 8 kB, most of it what Kubernetes itself notes. */
function podOf(i: number) {
  const name = `web-7d4b9c6f5-${i}`;
  const image = app(`v${i % IMAGES}`);
  const env = numbered("SETTING_", 30).map((name) => ({ name, value: `value of ${name}` }));
  const fields = Object.fromEntries(
    numbered('k:{"type":', 60).map((key) => [key, { ".": {}, "f:type": {}, "f:value": {} }]),
  );
  return {
    metadata: {
      name,
      namespace: `team-${i % 50}`,
      uid: digestOf(name),
      labels: Object.fromEntries(numbered("label-", 10).map((key) => [key, name])),
      annotations: { "kubectl.kubernetes.io/restartedAt": "2026-11-25T12:00:00Z" },
      managedFields: [{ manager: "kubelet", operation: "Update", fieldsV1: fields }],
    },
    spec: {
      containers: [
        { name: "app", image, env, resources: { limits: { cpu: "1", memory: "1Gi" } } },
        { name: "sidecar", image: "docker.io/envoyproxy/envoy:v1.31", env },
      ],
      volumes: [{ name: "token", projected: { sources: [{ serviceAccountToken: {} }] } }],
      nodeName: `ip-10-0-${i % 250}.eu-west-1.compute.internal`,
    },
    status: {
      phase: "Running",
      containerStatuses: [
        { name: "app", image, imageID: `${image.split(":")[0]}@${digestOf(image)}`, ready: true },
      ],
    },
  };
}

/** Answers each page with pods of its own. */
function serve(): void {
  const certified = certify();
  const server = createServer(certified, (request, response) => {
    const { searchParams } = new URL(request.url ?? "/", "https://localhost");
    const start = Number(searchParams.get("continue") ?? 0);
    const end = Math.min(start + Number(searchParams.get("limit")), PODS);
    const items = Array.from({ length: end - start }, (_, i) => podOf(start + i));
    const metadata = end < PODS ? { continue: String(end) } : {};
    response.end(JSON.stringify({ kind: "PodList", metadata, items }));
  });
  server.listen(0, "127.0.0.1", () => {
    const { port } = server.address() as AddressInfo;
    process.send?.({ endpoint: `https://localhost:${port}`, authority: certified.cert });
  });
}

async function measure(cluster: { endpoint: string; authority: string }): Promise<void> {
  const server = new ApiServer(
    { name: "main", tokenName: "main", isPublic: true, authenticationMode: "API", ...cluster },
    {
      region: "eu-west-1",
      identity: async () => ({ accessKeyId: "simulated", secretAccessKey: "simulated" }),
      hasTime: () => true,
    },
  );
  const pods = KINDS.find(({ resource }) => resource === "pods");
  if (pods === undefined) throw new Error("There is no such kind");
  const images = new InUseImages();
  const rss = () => process.memoryUsage().rss / 1e6;
  const before = rss();
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, rss());
  }, 10);
  const startedAt = Date.now();
  let count = 0;
  await server.list(pods, (object) => {
    for (const reference of referencesOf(pods, object) ?? []) {
      images.add(reference, `EKS cluster main, ${nameOf(pods, object)}`);
    }
    count += 1;
  });
  clearInterval(timer);
  server.close();
  const seconds = (Date.now() - startedAt) / 1000;
  const podKb = JSON.stringify(podOf(1)).length / 1000;
  const maxRss = process.resourceUsage().maxRSS / 1000;
  console.log(
    JSON.stringify({ count, podKb, references: images.size, seconds, before, peak, maxRss }),
  );
}

if (process.argv[2] === "serve") serve();
else {
  const child = fork(import.meta.filename, ["serve"]);
  child.once("message", (cluster: { endpoint: string; authority: string }) => {
    void measure(cluster).finally(() => child.kill());
  });
}
