import { whereAvailable } from "../availability.ts";
import type { Source } from "../source.ts";
import { readEndpoints } from "./endpoints.ts";
import { readImages } from "./images.ts";
import { readProcessingJobs, readTrainingJobs, readTransformJobs } from "./jobs.ts";
import { Models } from "./models.ts";
import { readPipelines } from "./pipelines.ts";
import { SAGE_MAKER, reportEach } from "./service.ts";

/** Reports the images that SageMaker runs, and those that it starts on its own or by a name that people give it. */
export const source: Source = {
  id: "sagemaker",
  title: "SageMaker",
  evidence: [
    "the images of every model, and of the model packages that it names",
    "the image given, and the digest that SageMaker resolved it to, of every variant of every endpoint, shadow variants and deployments in progress included, and of every inference component",
    "the images of training, processing and transform jobs in progress",
    "every version of every SageMaker image",
    "ECR references in pipeline definitions and environment values",
  ],
  blindSpots: [
    "SageMaker jobs that something else starts later: tuning jobs, monitoring schedules, and algorithms or model packages that no model or job in progress names",
    "repository names that a SageMaker pipeline puts together when it runs, and older versions of pipelines",
    "SageMaker algorithms and model packages that are deleted, or of another account that hides them: a warning names each model and job that uses one",
  ],
  statements: [
    {
      Sid: "ReadSageMakerWorkloads",
      Action: Object.keys(SAGE_MAKER.answers),
      purpose:
        "the images of SageMaker models, endpoints, jobs in progress, pipelines and image versions",
    },
  ],
  read: async (scope, report) =>
    whereAvailable(async () => {
      const sageMaker = scope.client(SAGE_MAKER);
      const models = new Models(sageMaker, report);
      // In the order in which an image passes from one to the next: what passes meanwhile is seen in one or the other.
      await Promise.all([readPipelines(sageMaker, report), readImages(sageMaker, report)]);
      await Promise.all([
        readTrainingJobs(sageMaker, report),
        readProcessingJobs(sageMaker, report),
      ]);
      const names = await models.list();
      await reportEach(
        names,
        (name) => `SageMaker model ${name}`,
        async (name) => models.imagesOf(name),
        report,
      );
      await Promise.all([
        readEndpoints(sageMaker, models, report),
        // A transform job works by a model.
        names.length > 0 && readTransformJobs(sageMaker, models, report),
      ]);
    }),
};
