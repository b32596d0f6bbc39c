import { REGISTRY, createAccount, enabled, image, old } from "../simulator/account.ts";

/** An account in which `api:v1` and `web:v1` are unused, `api:v2` is young and `api:v3` is in use. */
export const shop = () =>
  createAccount({
    repositories: {
      api: enabled([old("v1"), image("v2"), old("v3")]),
      web: enabled([old("v1")]),
    },
    functions: { mailer: `${REGISTRY}/api:v3` },
  });
