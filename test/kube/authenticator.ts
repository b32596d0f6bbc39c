import { once } from "node:events";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

import { type Keys, verifyToken } from "./token.ts";

/** An IAM principal. */
export interface Principal extends Keys {
  readonly arn: string;
  /** The Kubernetes groups of its access entry; none if the cluster has no access entry for it. */
  readonly groups?: readonly string[];
}

interface Authenticator extends AsyncDisposable {
  readonly url: string;
  /** Why tokens were refused: the API server itself says only "Unauthorized". */
  readonly refusals: readonly string[];
}

interface TokenReview {
  readonly spec: { readonly token: string };
}

/**
 * Starts a webhook that authenticates for a Kubernetes API server as EKS does: by a token that an IAM principal signed, and
 * by the access entries of the cluster.
 *
 * @param onReview called before each token is looked at, which is before each request is answered
 */
export async function startAuthenticator(
  clusterName: string,
  principals: readonly Principal[],
  onReview: () => Promise<void>,
): Promise<Authenticator> {
  const refusals: string[] = [];

  const authenticate = (token: string) => {
    try {
      const { arn, groups } = verifyToken(token, clusterName, principals);
      if (groups === undefined) throw new Error(`${arn} has no access entry`);
      return { authenticated: true, user: { username: arn, groups } };
    } catch (error) {
      const { message } = error as Error;
      refusals.push(message);
      return { authenticated: false, error: message };
    }
  };
  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    const { spec } = (await json(request)) as TokenReview;
    await onReview();
    response.setHeader("content-type", "application/json");
    response.end(
      JSON.stringify({
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenReview",
        status: authenticate(spec.token),
      }),
    );
  };

  const server = createServer((request, response) => void respond(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    refusals,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
