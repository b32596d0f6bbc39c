import { once } from "node:events";
import { type Server, createServer, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, beforeEach, vi } from "vitest";

/** Answers by the operation that they are for, as in the header `x-amz-target`. An error has its code as `__type`. */
type Answers = Readonly<Record<string, object>>;

/**
 * Answers operations that the emulator does not know. The emulator answers all others.
 *
 * @param services the answers of each service, by the end of its variable `AWS_ENDPOINT_URL_…`
 */
export function useAnswers(services: Readonly<Record<string, Answers>>): void {
  let shim: Server;
  beforeEach(async () => {
    shim = startShim(
      process.env["AWS_ENDPOINT_URL"] ?? "",
      Object.assign({}, ...Object.values(services)),
    );
    await once(shim, "listening");
    const { port } = shim.address() as AddressInfo;
    for (const service of Object.keys(services)) {
      vi.stubEnv(`AWS_ENDPOINT_URL_${service}`, `http://127.0.0.1:${port}`);
    }
  });
  afterEach(async () => {
    shim.close();
    shim.closeAllConnections();
    await once(shim, "close");
  });
}

function startShim(emulator: string, answers: Answers): Server {
  const server = createServer((request, response) => {
    const { url, method, headers } = request;
    const operation = String(headers["x-amz-target"]);
    const own = answers[operation];
    if (own !== undefined) {
      response.writeHead("__type" in own ? 400 : 200).end(JSON.stringify(own));
      return;
    }
    const handedOn = httpRequest(`${emulator}${url}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(handedOn);
  });
  return server.listen(0, "127.0.0.1");
}
