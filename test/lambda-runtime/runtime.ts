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
  readonly reject: (reason: Error) => void;
}

/** A function that runs as in Lambda: a process that asks a local Runtime API for invocations. */
export interface Runtime extends AsyncDisposable {
  readonly invoke: (event: unknown, timeoutMs?: number) => Promise<Answer>;
  /** The output of the process until now. */
  readonly stdout: string;
}

/** A client of our own, which needs nothing but Node. */
const CLIENT: readonly string[] = ["test/lambda-runtime/bootstrap.mjs"];

const FUNCTION_ARN = "arn:aws:lambda:eu-west-1:123456789012:function:ecr-cleaner";

/**
 * Starts the function in a folder, by the name of its handler.
 *
 * @param client the arguments of Node that start what asks for invocations and calls the handler
 */
export async function startRuntime(
  root: string,
  handler: string,
  env: Readonly<Record<string, string>>,
  client = CLIENT,
): Promise<Runtime> {
  const queue: Invocation[] = [];
  const pending = new Map<string, Invocation>();
  let waiting: ServerResponse | undefined;
  let stdout = "";

  const handOut = () => {
    if (waiting === undefined) return;
    const next = queue.shift();
    if (next === undefined) return;
    const id = crypto.randomUUID();
    pending.set(id, next);
    waiting.setHeader("lambda-runtime-aws-request-id", id);
    waiting.setHeader("lambda-runtime-invoked-function-arn", FUNCTION_ARN);
    waiting.setHeader("lambda-runtime-deadline-ms", next.deadline);
    waiting.end(JSON.stringify(next.event));
    waiting = undefined;
  };
  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    if (request.url?.endsWith("/next")) {
      waiting = response;
      handOut();
      return;
    }
    const [id = "", kind] = request.url?.split("/").slice(-2) ?? [];
    const body = await json(request);
    response.writeHead(202).end();
    pending.get(id)?.resolve({ kind: kind === "error" ? "error" : "response", body });
  };

  const server = createServer((request, response) => void respond(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  const child = spawn(process.execPath, client, {
    env: {
      ...env,
      AWS_LAMBDA_FUNCTION_NAME: "ecr-cleaner",
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "512",
      AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/ecr-cleaner",
      AWS_LAMBDA_LOG_STREAM_NAME: "2026/11/25/[$LATEST]1",
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
      LAMBDA_TASK_ROOT: root,
      _HANDLER: handler,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  let ended: Error | undefined;
  child.once("exit", () => {
    ended = new Error(`The runtime has ended. It wrote:\n${stdout}`);
    for (const { reject } of [...queue, ...pending.values()]) reject(ended);
  });

  return {
    invoke: async (event, timeoutMs = 900_000) =>
      new Promise((resolve, reject) => {
        if (ended !== undefined) throw ended;
        queue.push({ event, deadline: Date.now() + timeoutMs, resolve, reject });
        handOut();
      }),
    get stdout() {
      return stdout;
    },
    [Symbol.asyncDispose]: async () => {
      child.kill();
      server.closeAllConnections();
      server.close();
      if (ended === undefined) await once(child, "exit");
    },
  };
}
