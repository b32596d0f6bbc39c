/** What AWS lets an account do with some operations of a service together: a burst, refilled by so many a second. */
export interface PublishedRate {
  readonly operations: readonly string[];
  readonly burst: number;
  readonly perSecond: number;
}

/** Amazon ECS API Reference, "Request throttling": the operations that this program calls. */
export const ECS_RATES: readonly PublishedRate[] = [
  { operations: ["ListClusters"], burst: 50, perSecond: 20 },
  { operations: ["ListServices", "DescribeServices"], burst: 100, perSecond: 20 },
  { operations: ["ListTasks", "DescribeTasks"], burst: 100, perSecond: 20 },
  { operations: ["DescribeServiceRevisions"], burst: 50, perSecond: 20 },
  { operations: ["DescribeTaskDefinition"], burst: 50, perSecond: 20 },
];

/** AWS Lambda Developer Guide, "Lambda quotas": per second, with no burst beyond that published. */
export const LAMBDA_RATES: readonly PublishedRate[] = [
  { operations: ["GetFunction"], burst: 100, perSecond: 100 },
  { operations: ["ListFunctions"], burst: 15, perSecond: 15 },
];
