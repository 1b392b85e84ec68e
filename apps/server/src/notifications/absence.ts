/** A user who has gone: who it is, and up to when everything has reached a device. */

export interface Absence {
  readonly userId: string;
  /** By the clock of the database. */
  readonly confirmedUntil: Date;
}

/** Notifies users who have gone of what has not reached them. Runs in a transaction, possibly more than once. */
export type OnAbsent = (absent: readonly Absence[]) => Promise<void>;
