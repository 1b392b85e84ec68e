/** The types of absences: users that went offline, and intervals whose events have been delivered to a device. */

export interface Absence {
  readonly userId: string;
  /** Everything sent before this time has reached a device. By the clock of the database. */
  readonly confirmedUntil: Date;
}

/** Everything created for the user in this interval has reached a device. By the clock of the database. */
export interface DeliveredInterval {
  readonly userId: string;
  /** In milliseconds. */
  readonly from: number;
  readonly until: number;
}

/** Marks messages as delivered. Must be idempotent. */
export type OnDelivered = (delivered: readonly DeliveredInterval[]) => Promise<void>;

/** Notifies users who went offline of undelivered messages. Runs in a transaction, possibly more than once. */
export type OnAbsent = (absent: readonly Absence[]) => Promise<void>;
