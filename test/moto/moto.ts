import type { Emulator } from "../emulators/server.ts";

export const MOTO: Emulator = {
  command: "moto_server",
  args: (port) => ["-H", "127.0.0.1", "-p", String(port)],
  env: () => ({}),
  readyPath: "/moto-api/",
  resetPath: "/moto-api/reset",
  install: "pip install 'moto[server]'",
};
