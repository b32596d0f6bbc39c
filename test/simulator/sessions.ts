import { randomBytes } from "node:crypto";

import type { Credential } from "./credential.ts";

/** Who calls. */
export interface Caller {
  readonly accountId: string;
  readonly arn: string;
  /** Why no service answers the caller. */
  readonly problem?: "invalidToken" | "expiredToken";
}

/** A role that somebody assumed for some time. */
interface Session extends Caller {
  readonly keyId: string;
  readonly secret: string;
  readonly token: string;
  readonly expiresAt: Date;
}

/** The secret key of the caller's own credentials. */
export const HOME_SECRET = "simulated";

/** The assumed roles of one simulator. */
export class Sessions {
  readonly #home: Caller;
  readonly #maxMs: number;
  readonly #byKeyId = new Map<string, Session>();

  constructor(homeId: string, maxMs: number) {
    this.#home = { accountId: homeId, arn: arnOf(homeId, "cleaner", "run") };
    this.#maxMs = maxMs;
  }

  /** Assumes a role; its key id names the account. */
  assume(accountId: string, role: string, name: string, durationMs: number): Session {
    const session = {
      accountId,
      arn: arnOf(accountId, role, name),
      keyId: `ASIA${accountId}${String(this.#byKeyId.size).padStart(4, "0")}`,
      secret: randomBytes(30).toString("base64"),
      token: randomBytes(180).toString("base64"),
      expiresAt: new Date(Date.now() + Math.min(durationMs, this.#maxMs)),
    };
    this.#byKeyId.set(session.keyId, session);
    return session;
  }

  /** Who uses a credential: home, unless a role was assumed with it. */
  callerOf(credential: Credential | undefined): Caller {
    const session = this.#byKeyId.get(credential?.keyId ?? "");
    if (session === undefined) return this.#home;
    if (session.token !== credential?.token) return { ...session, problem: "invalidToken" };
    if (session.expiresAt.getTime() <= Date.now()) return { ...session, problem: "expiredToken" };
    return session;
  }

  /** The secret key of whoever uses a credential. */
  secretOf(credential: Credential | undefined): string {
    return this.#byKeyId.get(credential?.keyId ?? "")?.secret ?? HOME_SECRET;
  }
}

function arnOf(accountId: string, role: string, name: string): string {
  return `arn:aws:sts::${accountId}:assumed-role/${role}/${name}`;
}
