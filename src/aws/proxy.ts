import type { Agent as HttpAgent, ClientRequest } from "node:http";
import { Agent as HttpsAgent } from "node:https";

import { Agent, type AgentConnectOpts } from "agent-base";
import { HttpsProxyAgent } from "https-proxy-agent";
import { getProxyForUrl } from "proxy-from-env";

/** Sends calls through the proxy of `HTTPS_PROXY`, except to the hosts of `NO_PROXY`. The SDK reads neither. */
class EnvironmentAgent extends Agent {
  readonly #direct = new HttpsAgent({ keepAlive: true });
  readonly #proxy: HttpAgent;

  constructor(proxy: string) {
    super({ keepAlive: true });
    this.#proxy = new HttpsProxyAgent(proxy, { keepAlive: true });
  }

  override connect(_: ClientRequest, { host, port }: AgentConnectOpts): HttpAgent {
    return getProxyForUrl(`https://${host}:${port}`) === "" ? this.#direct : this.#proxy;
  }
}

/** The agent for calls to AWS; nothing, which means the SDK's own, if the environment names no proxy. */
export function createAgent(): HttpAgent | undefined {
  const proxy = getProxyForUrl("https://proxied.example");
  return proxy === "" ? undefined : new EnvironmentAgent(proxy);
}
