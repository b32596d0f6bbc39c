import { type ChildProcess, spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { freePort } from "../free-port.ts";
import { type Principal, type TokenReview, reviewToken } from "./authenticator.ts";
import { BUILT_SERVER } from "./built-server.ts";
import { type KubeClient, createKubeClient } from "./client.ts";
import { startWebhook } from "./webhook.ts";

export interface ClusterOptions {
  readonly name: string;
  readonly principals: readonly Principal[];
}

/** The control plane of a Kubernetes cluster, without nodes and without controllers: nothing runs, and objects stay as they are created. */
export interface Cluster extends AsyncDisposable {
  readonly name: string;
  readonly endpoint: string;
  /** In PEM. */
  readonly certificateAuthority: string;
  /** May do everything. */
  readonly admin: KubeClient;
  /** Sends requests with a token. */
  readonly as: (token: string) => KubeClient;
  /** Why tokens were refused. */
  readonly refusals: readonly string[];
  /** Called before each request of an IAM principal is answered, with its path and parameters. */
  onRequest: (uri: string) => Promise<void>;
  /** Forgets all versions of objects but the newest, as a cluster does after 5 to 10 minutes: lists that are half read expire. */
  readonly compact: () => Promise<void>;
}

const ADMIN = "admin";

/** What an API server writes in its audit log. */
interface AuditEvents {
  readonly items: readonly { readonly requestURI: string }[];
}

/** Only the requests of IAM principals, and before they are answered. */
const AUDIT_POLICY = {
  apiVersion: "audit.k8s.io/v1",
  kind: "Policy",
  omitStages: ["ResponseStarted", "ResponseComplete", "Panic"],
  rules: [
    { level: "None", users: [ADMIN, "system:apiserver"] },
    { level: "Metadata", userGroups: ["system:authenticated"] },
  ],
};

/** Starts etcd and a Kubernetes API server on free ports. Throws if one of them does not start. */
export async function startCluster({ name, principals }: ClusterOptions): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), "kube-"));
  await using started = new AsyncDisposableStack();
  started.defer(() => {
    rmSync(folder, { recursive: true });
  });

  const refusals: string[] = [];
  const authenticator = started.use(
    await startWebhook((review: TokenReview) => reviewToken(review, name, principals, refusals)),
  );
  let onRequest: Cluster["onRequest"] = async () => {};
  const auditor = started.use(
    await startWebhook(async ({ items }: AuditEvents) => {
      for (const { requestURI } of items) await onRequest(requestURI);
      return {};
    }),
  );

  const [etcdPort, peerPort, port] = [await freePort(), await freePort(), await freePort()];
  const etcd = `http://127.0.0.1:${etcdPort}`;
  const peers = `http://127.0.0.1:${peerPort}`;
  const file = (name: string, content: string | object) => {
    const path = join(folder, name);
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
    return path;
  };

  const store = started.use(
    startProcess("etcd", "apt-get install etcd-server", folder, [
      `--data-dir=${join(folder, "etcd")}`,
      `--listen-client-urls=${etcd}`,
      `--advertise-client-urls=${etcd}`,
      `--listen-peer-urls=${peers}`,
      `--initial-advertise-peer-urls=${peers}`,
      `--initial-cluster=default=${peers}`,
    ]),
  );

  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const key = file(
    "service-account.pem",
    String(privateKey.export({ type: "sec1", format: "pem" })),
  );
  const server = started.use(
    startProcess(BUILT_SERVER, "npm run test:kube", folder, [
      `--etcd-servers=${etcd}`,
      "--bind-address=127.0.0.1",
      "--advertise-address=127.0.0.1",
      `--secure-port=${port}`,
      // It makes a certificate for 127.0.0.1 there, and a certificate authority for it.
      `--cert-dir=${folder}`,
      "--service-cluster-ip-range=10.0.0.0/24",
      "--endpoint-reconciler-type=none",
      "--service-account-issuer=https://kubernetes.default.svc",
      `--service-account-key-file=${key}`,
      `--service-account-signing-key-file=${key}`,
      `--token-auth-file=${file("tokens.csv", `${ADMIN},${ADMIN},${ADMIN},system:masters\n`)}`,
      `--authentication-token-webhook-config-file=${file("authenticator.json", authenticator.config)}`,
      "--authentication-token-webhook-version=v1",
      `--audit-policy-file=${file("audit-policy.json", AUDIT_POLICY)}`,
      `--audit-webhook-config-file=${file("auditor.json", auditor.config)}`,
      "--audit-webhook-mode=blocking",
      "--authorization-mode=RBAC",
      // No controller creates the service account that a pod has by default.
      "--disable-admission-plugins=ServiceAccount",
      // Image volumes are on by default from 1.35. Before 1.34, no server went on with a list after a compaction.
      "--feature-gates=ImageVolume=true,ListFromCacheSnapshot=false",
    ]),
  );

  const endpoint = `https://127.0.0.1:${port}`;
  const stopped = new AbortController();
  started.defer(() => {
    stopped.abort();
  });
  const certificateAuthority = await Promise.race([
    readWhenReady(endpoint, join(folder, "apiserver.crt"), stopped.signal),
    store.ended,
    server.ended,
  ]);
  const as = (token: string) => createKubeClient(endpoint, certificateAuthority, token);
  const admin = as(ADMIN);
  const running = started.move();
  return {
    name,
    endpoint,
    certificateAuthority,
    admin,
    as,
    refusals,
    set onRequest(callback: Cluster["onRequest"]) {
      onRequest = callback;
    },
    compact: async () => compact(etcd),
    [Symbol.asyncDispose]: async () => running.disposeAsync(),
  };
}

/** A process that ends with the test: it has nothing worth saving. */
function startProcess(command: string, install: string, folder: string, args: readonly string[]) {
  const logFile = join(folder, `${command.split("/").at(-1)}.log`);
  const log = openSync(logFile, "w");
  const child = spawn(command, args, { stdio: ["ignore", log, log] });
  closeSync(log);
  const ended = fails(child, command, install, logFile);
  // While the cluster starts, this is waited for. Later, each request fails.
  ended.catch(() => {});
  return {
    ended,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await ended.catch(() => {});
    },
  };
}

async function fails(
  child: ChildProcess,
  command: string,
  install: string,
  logFile: string,
): Promise<never> {
  const [cause] = await Promise.race([once(child, "error"), once(child, "exit")]).catch(
    (error: unknown) => [error],
  );
  const log = readFileSync(logFile, "utf8").slice(-2000);
  throw new Error(`${command} ended; if it is not installed: ${install}\n${log}`, { cause });
}

/** Waits until the API server has also created the roles that Kubernetes has by default; returns its certificate authority. */
async function readWhenReady(
  endpoint: string,
  certificateFile: string,
  signal: AbortSignal,
): Promise<string> {
  for (;;) {
    await delay(100, undefined, { signal });
    // The file has the certificate of the server, then the one of its authority.
    const certificateAuthority = existsSync(certificateFile)
      ? (readFileSync(certificateFile, "utf8").match(/-----BEGIN[^]+?END CERTIFICATE-----/g)?.[1] ??
        "")
      : "";
    try {
      const client = createKubeClient(endpoint, certificateAuthority, ADMIN);
      if ((await client.send("GET", "/readyz")).status === 200) return certificateAuthority;
    } catch {
      // It does not listen yet.
    }
  }
}

async function compact(etcd: string): Promise<void> {
  const post = async (path: string, body: object) => {
    const response = await fetch(`${etcd}/v3/kv/${path}`, {
      method: "POST",
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`etcd cannot ${path}: ${await response.text()}`);
    return response.json() as Promise<any>;
  };
  const { header } = await post("range", { key: btoa("/") });
  await post("compaction", { revision: header.revision, physical: true });
}
