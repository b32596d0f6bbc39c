import { ACCOUNT, EMULATED_REGION } from "../emulators/registry.ts";
import type { Emulator } from "../emulators/server.ts";

export const MINISTACK: Emulator = {
  command: "ministack",
  args: () => [],
  env: (port) => ({
    GATEWAY_PORT: String(port),
    BIND_HOST: "127.0.0.1",
    // It would listen on every interface.
    IOT_MTLS_ENABLED: "0",
    // With Docker it would start the containers of tasks, and pull their images.
    DOCKER_HOST: "unix:///no-docker.sock",
    // The push API takes no signature that names them.
    MINISTACK_ACCOUNT_ID: ACCOUNT,
    MINISTACK_REGION: EMULATED_REGION,
  }),
  readyPath: "/_ministack/ready",
  resetPath: "/_ministack/reset",
  install: "pip install ministack",
};
