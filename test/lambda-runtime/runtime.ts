import { spawn } from "node:child_process";
import { once } from "node:events";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

/** The end of an invocation: the result of the handler, or its error as Lambda reports it. */
interface Answer {
  readonly kind: "response" | "error";
  readonly body: unknown;
}

interface Invocation {
  readonly event: unknown;
  readonly deadline: number;
  readonly resolve: (answer: Answer) => void;
}

/** A function that runs as in Lambda: a process that asks a local Runtime API for invocations. */
export interface Runtime extends AsyncDisposable {
  readonly invoke: (event: unknown, timeoutMs?: number) => Promise<Answer>;
  /** The output of the process until now. */
  readonly stdout: string;
}

/** Starts the function in a folder, by the name of its handler. */
export async function startRuntime(
  root: string,
  handler: string,
  env: Readonly<Record<string, string>>,
): Promise<Runtime> {
  const queue: Invocation[] = [];
  let current: Invocation | undefined;
  let waiting: ServerResponse | undefined;
  let stdout = "";

  const handOut = () => {
    if (waiting === undefined) return;
    current = queue.shift();
    if (current === undefined) return;
    waiting.setHeader("lambda-runtime-aws-request-id", crypto.randomUUID());
    waiting.setHeader("lambda-runtime-deadline-ms", current.deadline);
    waiting.end(JSON.stringify(current.event));
    waiting = undefined;
  };
  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    if (request.url?.endsWith("/next")) {
      waiting = response;
      handOut();
      return;
    }
    const kind = request.url?.endsWith("/error") ? "error" : "response";
    const body = await json(request);
    response.writeHead(202).end();
    current?.resolve({ kind, body });
  };

  const server = createServer((request, response) => void respond(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  const child = spawn(process.execPath, ["test/lambda-runtime/bootstrap.mjs"], {
    env: {
      ...env,
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
      LAMBDA_TASK_ROOT: root,
      _HANDLER: handler,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));

  return {
    invoke: async (event, timeoutMs = 900_000) =>
      new Promise((resolve) => {
        queue.push({ event, deadline: Date.now() + timeoutMs, resolve });
        handOut();
      }),
    get stdout() {
      return stdout;
    },
    [Symbol.asyncDispose]: async () => {
      child.kill();
      server.closeAllConnections();
      server.close();
      await once(child, "exit");
    },
  };
}
