import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { text } from "node:stream/consumers";

/** An answer of the Kubernetes API. */
interface Answer {
  readonly status: number;
  readonly body: any;
}

/** Sends requests to a Kubernetes API with one token. */
export interface KubeClient {
  readonly send: (method: string, path: string, body?: object) => Promise<Answer>;
  /** Creates an object, or throws. */
  readonly create: (path: string, object: object) => Promise<void>;
}

export function createKubeClient(
  endpoint: string,
  certificateAuthority: string,
  token: string,
): KubeClient {
  const send = async (method: string, path: string, body?: object): Promise<Answer> => {
    const sent = request(new URL(path, endpoint), {
      method,
      ca: certificateAuthority,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    });
    sent.end(body === undefined ? undefined : JSON.stringify(body));
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    const answered = await text(response);
    const isJson = response.headers["content-type"]?.startsWith("application/json");
    return {
      status: response.statusCode ?? 0,
      body: isJson === true ? JSON.parse(answered) : answered,
    };
  };
  const create = async (path: string, object: object) => {
    const { status, body } = await send("POST", path, object);
    if (status !== 201) throw new Error(`cannot create in ${path}: ${JSON.stringify(body)}`);
  };
  return { send, create };
}
