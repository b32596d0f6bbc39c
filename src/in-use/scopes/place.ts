/** One account in one Region. */
export interface Place {
  /** Its 12 digits; missing if the run reads one account alone, and need not know which. */
  readonly account?: string | undefined;
  readonly region: string;
}

/** A place as people read it, `222222222222/eu-west-1`. */
export function nameOf({ account, region }: Place): string {
  return account === undefined ? region : `${account}/${region}`;
}

/** How the id of an account is written. */
export const ACCOUNT_ID = /^\d{12}$/;
/** How the name of a Region is written, such as `us-gov-west-1`. */
export const REGION_NAME = /^[a-z]{2,}(?:-[a-z]+)+-\d+$/;
