import type { Account } from "./account.ts";
import { deniedBy, errorOf, successOf, throttledBy } from "./answers.ts";
import { type Fault, faultyAnswer } from "./faults.ts";
import { type Members, ServiceError } from "./operation.ts";
import { type RateLimit, RateLimiter } from "./rate-limiter.ts";
import type { Asked } from "./recognize.ts";
import type { WireAnswer } from "./wire.ts";

/** What happens to calls, other than what the account says. */
export interface AnswererOptions {
  /** Calls for which it is false are answered with AccessDeniedException. */
  readonly isAllowed?: (action: string, input: Members) => boolean;
  /** Damages answers; `nth` is the number of earlier calls of the same action. */
  readonly faults?: (action: string, input: Members, nth: number) => Fault | undefined;
  /** Runs before a call is answered: can change the account, or throw a ServiceError as the answer. */
  readonly before?: Readonly<Record<string, (account: Account, input: Members) => void>>;
  /** Answers a call in place of the account. */
  readonly answers?: Readonly<Record<string, (input: Members) => Members>>;
  readonly rateLimits?: readonly RateLimit[];
  /** Makes answers as large as AWS's, at the cost of time. */
  readonly isVerbose?: boolean;
}

/** Answers calls from an account. */
export class Answerer {
  readonly #account: Account;
  readonly #options: AnswererOptions;
  readonly #limiter: RateLimiter;
  readonly #counts = new Map<string, number>();

  constructor(account: Account, options: AnswererOptions) {
    this.#account = account;
    this.#options = options;
    this.#limiter = new RateLimiter(options.rateLimits ?? []);
  }

  answer(asked: Asked): { answer: WireAnswer; fault?: Fault } {
    const fault = this.#faultOf(asked);
    if (fault === undefined) return { answer: this.#realAnswer(asked) };
    const answer = faultyAnswer(asked.service, fault, () => this.#realAnswer(asked));
    return { answer, fault };
  }

  #faultOf({ action, input }: Asked): Fault | undefined {
    const nth = this.#counts.get(action) ?? 0;
    this.#counts.set(action, nth + 1);
    return this.#options.faults?.(action, input, nth);
  }

  #realAnswer(asked: Asked): WireAnswer {
    try {
      return successOf(asked.service, this.#outputOf(asked));
    } catch (error) {
      if (error instanceof ServiceError) return errorOf(asked.service, error);
      throw error;
    }
  }

  #outputOf({ service, operation: name, action, input }: Asked): Members {
    const { isAllowed, before, answers, isVerbose = false } = this.#options;
    const operation = service.operations[name];
    if (operation === undefined) throw new ServiceError("UnknownOperationException", action, 404);
    if (isAllowed?.(action, input) === false) throw deniedBy(service, action, this.#account, input);
    if (!this.#limiter.take(action)) throw throttledBy(service);
    before?.[action]?.(this.#account, input);
    const output = answers?.[action]?.(input);
    if (output !== undefined) return output;
    const brief = operation(this.#account, input);
    return isVerbose ? (service.inFull?.[name]?.(brief) ?? brief) : brief;
  }
}
