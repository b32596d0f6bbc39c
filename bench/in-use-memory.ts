import { InUseImages } from "../src/in-use/evidence.ts";
import { REGISTRY, digestOf } from "../test/simulator/account.ts";

/*
 * What remembering the places costs: the memory of an in-use set of many references, each seen at a place of its own,
 * against that of one whose references are all seen at the same place. Run with --expose-gc; prints megabytes.
 */
const REFERENCES = 50_000;

const reference = (i: number) => `${REGISTRY}/team/app-${i % 500}:v${i}@${digestOf(`image-${i}`)}`;
const place = (i: number) =>
  `ECS service arn:aws:ecs:eu-west-1:123456789012:service/main/service-${i}, by arn:aws:ecs:eu-west-1:123456789012:task-definition/app-${i}:1`;

const heapOf = (create: () => unknown) => {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const kept = create();
  globalThis.gc?.();
  return { megabytes: (process.memoryUsage().heapUsed - before) / 1e6, kept };
};

const numbers = Array.from({ length: REFERENCES }, (_, i) => i);
const heapOfSet = (placeOf: (i: number) => string) =>
  heapOf(() => {
    const images = new InUseImages();
    for (const i of numbers) images.add(reference(i), placeOf(i));
    return images;
  });
const apart = heapOfSet(place);
const together = heapOfSet(() => place(0));
console.log(JSON.stringify([REFERENCES, apart.megabytes, together.megabytes]));
