import { useAnswers } from "../emulators/missing-operations.ts";
import { ACCOUNT, EMULATED_REGION } from "../emulators/registry.ts";
import { type Emulator, useEmulator } from "../emulators/server.ts";

const MINISTACK: Emulator = {
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

/** Starts ministack for the tests in a file, as `useEmulator` does; with some variables of its environment. */
export function useMinistack(env: Readonly<Record<string, string>> = {}): void {
  useEmulator({ ...MINISTACK, env: (port) => ({ ...MINISTACK.env(port), ...env }) });
  // ministack does not know this call. It has no policies of registries, so AWS would find none.
  useAnswers({
    ECR: {
      "AmazonEC2ContainerRegistry_V20150921.GetRegistryPolicy": {
        __type: "RegistryPolicyNotFoundException",
        message: "Registry policy does not exist in the registry",
      },
    },
  });
}
