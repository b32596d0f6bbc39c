/** The log's warning of `IN_USE_EVIDENCE=original`, which the terminal's report says in its own words. */
export const ORIGINAL_EVIDENCE =
  "The run reads only the evidence that the original reads. Images that only tasks, revisions, indexes or further services use can be deleted";
