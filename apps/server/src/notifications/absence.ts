/** What is known of a user who has gone, and of what has reached a user's device. */

export interface Absence {
  readonly userId: string;
  /** By the clock of the database. */
  readonly confirmedUntil: Date;
}

/** Everything that was made for the user within this time has reached a device, by the clock of the database. */
export interface Delivered {
  readonly userId: string;
  /** In milliseconds. */
  readonly from: number;
  readonly until: number;
}

/** Stores what has arrived. Done again, it changes nothing. */
export type OnDelivered = (delivered: readonly Delivered[]) => Promise<void>;

/** Notifies users who have gone of what has not reached them. Runs in a transaction, possibly more than once. */
export type OnAbsent = (absent: readonly Absence[]) => Promise<void>;
