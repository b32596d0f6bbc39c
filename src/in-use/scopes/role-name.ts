/** The role that the program assumes in other accounts, unless `IN_USE_ROLE` names another one. */
export const EVIDENCE_ROLE = "ecr-cleaner-evidence";
