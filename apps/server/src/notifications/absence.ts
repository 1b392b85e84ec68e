/** Users who went offline, and which events have been delivered to a device of a user. */

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

/** Notifies users who went offline of undelivered messages. Runs in a transaction, possibly more than once. */
export type OnAbsent = (absent: readonly Absence[]) => Promise<void>;
