import { useAnswers } from "../emulators/missing-operations.ts";
import { useEmulator } from "../emulators/server.ts";
import { testWholeAccount } from "../emulators/whole-account.ts";
import { MOTO } from "./moto.ts";

useEmulator(MOTO);
// Moto does not know these calls. It has neither versions of state machines nor SageMaker images, so AWS would list none.
useAnswers({
  SFN: { "AWSStepFunctions.ListStateMachineVersions": { stateMachineVersions: [] } },
  SAGEMAKER: { "SageMaker.ListImages": { Images: [] } },
});

testWholeAccount({
  sources: [
    "ecs",
    "lambda",
    "eventbridge",
    "scheduler",
    "pipes",
    "step-functions",
    "batch",
    "sagemaker",
    "codebuild",
    "agentcore",
  ],
  lacks: [
    "machine-version",
    // GetAgentRuntime describes the newest version, whichever version is asked for.
    "agent_version",
  ],
});
