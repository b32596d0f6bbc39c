import type { Account } from "./account.ts";
import { deniedBy, errorOf, refusedBy, successOf, throttledBy } from "./answers.ts";
import type { Credential } from "./credential.ts";
import { type Fault, faultyAnswer } from "./faults.ts";
import { type Members, type Place, ServiceError } from "./operation.ts";
import { type RateLimit, RateLimiter } from "./rate-limiter.ts";
import type { Asked } from "./recognize.ts";
import { routeOf } from "./route.ts";
import { type Caller, Sessions } from "./sessions.ts";
import type { WireAnswer } from "./wire.ts";
import type { World } from "./world.ts";

/** What happens to calls, other than what the account says. */
export interface AnswererOptions {
  /** Calls for which it is false are answered with AccessDeniedException. */
  readonly isAllowed?: (action: string, input: Members, place: Account) => boolean;
  /** Damages answers; `nth` is the number of earlier calls of the same action in the same place. */
  readonly faults?: (
    action: string,
    input: Members,
    nth: number,
    place: Account,
  ) => Fault | undefined;
  /** Runs before a call is answered: can change the place that is asked, or throw a ServiceError as the answer. */
  readonly before?: Readonly<Record<string, (account: Account, input: Members) => void>>;
  /** Answers a call in place of the account. */
  readonly answers?: Readonly<Record<string, (input: Members, place: Account) => Members>>;
  /** Each place has its own. */
  readonly rateLimits?: readonly RateLimit[];
  /** Makes answers as large as AWS's, at the cost of time. */
  readonly isVerbose?: boolean;
  /** The longest that an assumed role is good for, whatever its caller asked for. */
  readonly assumedForMs?: number;
}

/** What is counted for one place. */
interface Counters {
  readonly limiter: RateLimiter;
  /** The calls of each action. */
  readonly calls: Map<string, number>;
}

/** One call that a place answers. */
interface PlacedCall extends Asked {
  readonly place: Account;
  readonly caller: Caller;
}

interface Answered {
  readonly place: Place;
  readonly answer: WireAnswer;
  readonly fault?: Fault;
}

/** Answers calls from the places of a world. */
export class Answerer {
  readonly #world: World<Account>;
  readonly #options: AnswererOptions & { readonly apiServers: Account["apiServers"] };
  readonly #sessions: Sessions;
  readonly #counters = new Map<Account, Counters>();

  constructor(
    world: World<Account>,
    options: AnswererOptions & { readonly apiServers: Account["apiServers"] },
  ) {
    this.#world = world;
    this.#options = options;
    this.#sessions = new Sessions(world.home.id, options.assumedForMs ?? Infinity);
  }

  answer(asked: Asked, credential: Credential | undefined): Answered {
    const { service } = asked;
    const caller = this.#sessions.callerOf(credential);
    const route = routeOf(this.#world, service, caller, credential);
    if ("problem" in route) {
      return { place: route.where, answer: errorOf(service, refusedBy(service, route.problem)) };
    }
    const { place } = route;
    Object.assign(place.apiServers, this.#options.apiServers);
    return { place, ...this.#answerIn({ ...asked, place, caller }) };
  }

  #answerIn(call: PlacedCall): Omit<Answered, "place"> {
    const fault = this.#faultOf(call);
    if (fault === undefined) return { answer: this.#realAnswer(call) };
    const answer = faultyAnswer(call, fault, (change) => this.#realAnswer(call, change));
    return { answer, fault };
  }

  #faultOf({ action, input, place }: PlacedCall): Fault | undefined {
    const { calls } = this.#countersOf(place);
    const nth = calls.get(action) ?? 0;
    calls.set(action, nth + 1);
    return this.#options.faults?.(action, input, nth, place);
  }

  #countersOf(place: Account): Counters {
    const limiter = new RateLimiter(this.#options.rateLimits ?? []);
    const counters = this.#counters.get(place) ?? { limiter, calls: new Map() };
    this.#counters.set(place, counters);
    return counters;
  }

  #realAnswer(call: PlacedCall, change = (output: Members) => output): WireAnswer {
    const { service, operation } = call;
    try {
      return successOf(service, operation, change(this.#outputOf(call)));
    } catch (error) {
      if (error instanceof ServiceError) return errorOf(service, error);
      throw error;
    }
  }

  #outputOf({ service, operation: name, action, input, place, caller }: PlacedCall): Members {
    const { isAllowed, before, answers, isVerbose = false } = this.#options;
    const operation = service.operations[name];
    if (operation === undefined) throw new ServiceError("UnknownOperationException", action, 404);
    if (isAllowed?.(action, input, place) === false) {
      throw deniedBy(service, action, place, input, caller);
    }
    if (!this.#countersOf(place).limiter.take(action)) throw throttledBy(service);
    before?.[action]?.(place, input);
    const output = answers?.[action]?.(input, place);
    if (output !== undefined) return output;
    const brief = operation(place, input, {
      world: this.#world,
      caller,
      sessions: this.#sessions,
      isAllowed: (action, input) => isAllowed?.(action, input, place) !== false,
    });
    return isVerbose ? (service.inFull?.[name]?.(brief) ?? brief) : brief;
  }
}
