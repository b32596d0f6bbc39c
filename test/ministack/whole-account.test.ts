import { testWholeAccount } from "../emulators/whole-account.ts";
import { useMinistack } from "./ministack.ts";

useMinistack();

testWholeAccount({
  // Pipes are left out: DescribePipe answers without the task definition, and the program refuses that.
  sources: [
    "ecs",
    "lambda",
    "eventbridge",
    "scheduler",
    "step-functions",
    "batch",
    "codebuild",
    "agentcore",
  ],
  lacks: ["task-set"],
});
