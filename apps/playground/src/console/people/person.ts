/** A user as the admin API shows it. */
export interface Note {
  readonly id: string;
  readonly author: { readonly id: string; readonly name: string };
  readonly text: string;
  readonly createdAt: string;
}

export interface Person {
  readonly id: string;
  readonly login: string;
  readonly displayName: string;
  readonly email?: string;
  readonly roles: readonly string[];
  readonly status: string;
  readonly isGuest: boolean;
  readonly banReason?: string;
  /** Absent: permanently, while the status is `banned`. */
  readonly bannedUntil?: string;
  readonly createdAt: string;
  readonly lastSeenAt: string;
  readonly online: boolean;
  readonly nodes: readonly { readonly nodeId: string; readonly connections: number }[];
  readonly sessions: readonly {
    readonly id: string;
    readonly createdAt: string;
    readonly lastUsedAt?: string;
    readonly expiresAt: string;
  }[];
  readonly notes: { readonly notes: readonly Note[]; readonly next?: string };
}
