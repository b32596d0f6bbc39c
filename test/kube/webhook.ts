import { once } from "node:events";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

/** A server of which an API server asks something. */
interface Webhook extends AsyncDisposable {
  /** A kubeconfig, in which an API server reads where the webhook is. */
  readonly config: object;
}

/** Starts a webhook on a free port, which answers each object with another one. */
export async function startWebhook(
  answer: (asked: any) => object | Promise<object>,
): Promise<Webhook> {
  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    const asked = await json(request);
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(await answer(asked)));
  };
  const server = createServer((request, response) => {
    respond(request, response).catch((error: unknown) => {
      response.destroy();
      // The test run reports it as an unhandled error.
      throw error;
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    config: {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "webhook", cluster: { server: `http://127.0.0.1:${port}/` } }],
      contexts: [{ name: "webhook", context: { cluster: "webhook", user: "" } }],
      "current-context": "webhook",
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
