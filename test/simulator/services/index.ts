import type { Account } from "../account.ts";
import type { Service } from "../service.ts";
import { appRunner } from "./app-runner.ts";
import { ecr } from "./ecr/index.ts";
import { ecs } from "./ecs/index.ts";
import { lambda } from "./lambda/index.ts";
import { ssm } from "./ssm.ts";
import { tagging } from "./tagging.ts";

/** Every service that the simulator speaks for: the only list of them. */
export const SERVICES: readonly Service<Account>[] = [ecr, ecs, lambda, appRunner, ssm, tagging];
