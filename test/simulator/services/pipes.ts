import {
  type Members,
  type Operation,
  type Place,
  ServiceError,
  mapOf,
  pageOf,
  requireRange,
} from "../operation.ts";
import { restService } from "../service.ts";

interface PipesState {
  readonly pipes: Map<string, SimulatedPipe>;
}

interface SimulatedPipe {
  readonly state?: "RUNNING" | "STOPPED";
  /** The target's ARN. */
  readonly target: string;
  /** As EventBridge Pipes answers them. */
  readonly targetParameters?: Members;
}

interface PipesParts {
  readonly pipes?: Record<string, SimulatedPipe>;
}

function createPipesState({ pipes }: PipesParts): PipesState {
  return { pipes: mapOf(pipes, (pipe) => pipe) };
}

const listPipes: Operation<PipesState> = (account, input) => {
  const { TargetPrefix = "", Limit = 100, NextToken } = input;
  requireRange("Limit", Number(Limit), 1, 100);
  const pipes = [...account.pipes]
    .filter(([, { target }]) => target.startsWith(TargetPrefix))
    .map(([name, pipe]) => describe(account, name, pipe));
  const { items, nextToken } = pageOf(pipes, NextToken, Number(Limit));
  return { Pipes: items, NextToken: nextToken };
};

const describePipe: Operation<PipesState> = (account, { Name }) => {
  const pipe = account.pipes.get(Name);
  if (pipe === undefined) {
    throw new ServiceError("NotFoundException", `Pipe ${Name} does not exist.`, 404);
  }
  return { ...describe(account, Name, pipe), TargetParameters: pipe.targetParameters };
};

function describe(place: Place, name: string, pipe: SimulatedPipe): Members {
  const { state = "RUNNING", target } = pipe;
  return {
    Name: name,
    Arn: arnOf(place, name),
    DesiredState: state,
    CurrentState: state,
    Source: `arn:aws:sqs:${place.region}:${place.id}:${name}`,
    Target: target,
  };
}

function arnOf({ region, id }: Place, name: string): string {
  return `arn:aws:pipes:${region}:${id}:pipe/${name}`;
}

export const pipes = restService({
  prefix: "pipes",
  sdkId: "Pipes",
  pageToken: "NextToken",
  createState: createPipesState,
  routes: { ListPipes: "GET /v1/pipes", DescribePipe: "GET /v1/pipes/{Name}" },
  resourceOf: (place, { Name }) => Name && arnOf(place, Name),
  operations: { ListPipes: listPipes, DescribePipe: describePipe },
});
