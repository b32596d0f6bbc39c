/** Where the documents promise less than one could wish, so that the oracle expects nothing. */
export const LIMITS = {
  /** The subject of a signature is known to be in use by its tag alone only if the run lists the subject's repository. */
  tagsInUnlistedRepositories: true,
  /** An image with one tag goes by tag and digest, without a last check whether somebody pulled it. */
  pullsOfSingleTags: true,
  /** The program's own reading of an index hides pulls of it by others. */
  pullsHiddenByReading: true,
  /** Images that wait for each other in a circle, such as an index that signs what it lists, may stay beside an index that the program cannot read. */
  circlesOfUnreadIndexes: true,
  /** A dry run counts as unused what a real run would refuse to delete while no image of the registry is in use. */
  dryRunWithoutEvidence: true,
};
