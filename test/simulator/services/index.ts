import { accountManagement } from "./account-management.ts";
import { agentCore } from "./agent-core.ts";
import { appRunner } from "./app-runner.ts";
import { batch } from "./batch.ts";
import { codeBuild } from "./code-build.ts";
import { ecr } from "./ecr/index.ts";
import { ecs } from "./ecs/index.ts";
import { eks } from "./eks/index.ts";
import { kubernetes } from "./eks/kubernetes.ts";
import { eventBridge } from "./event-bridge.ts";
import { lambda } from "./lambda/index.ts";
import { organizations } from "./organizations.ts";
import { pipes } from "./pipes.ts";
import { s3 } from "./s3/index.ts";
import { sageMaker } from "./sage-maker.ts";
import { scheduler } from "./scheduler.ts";
import { sns } from "./sns.ts";
import { ssm } from "./ssm.ts";
import { stepFunctions } from "./step-functions.ts";
import { sts } from "./sts.ts";
import { tagging } from "./tagging.ts";

/** Every service that the simulator speaks for: the only list of them. */
export const SERVICES = [
  // First, as a bucket can have the name of another REST service's path.
  s3,
  ecr,
  tagging,
  ecs,
  eventBridge,
  scheduler,
  pipes,
  stepFunctions,
  lambda,
  appRunner,
  ssm,
  batch,
  sageMaker,
  codeBuild,
  agentCore,
  sts,
  organizations,
  accountManagement,
  eks,
  kubernetes,
  sns,
] as const;
