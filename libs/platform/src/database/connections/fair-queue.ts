/** Queue of requests for a connection, served round robin by user. */

/** Called when a connection is free, or with an error after the time limit. */
export type Waiter = (expired?: Error) => void;

/** The user of work that serves all users: batches, publishing, handshakes. */
export const ALL_USERS = '';

interface Entry {
  readonly kind: string;
  readonly waiter: Waiter;
}

export class FairQueue {
  /** By user; the user to be served next comes first. */
  private readonly users = new Map<string, Entry[]>();
  private wasForAllUsers = false;
  private count = 0;

  get size(): number {
    return this.count;
  }

  enqueue(kind: string, user: string, waiter: Waiter): void {
    const own = this.users.get(user);
    if (own) own.push({ kind, waiter });
    else this.users.set(user, [{ kind, waiter }]);
    this.count++;
  }

  remove(user: string, waiter: Waiter): void {
    const own = this.users.get(user);
    const index = own?.findIndex((entry) => entry.waiter === waiter) ?? -1;
    if (!own || index < 0) return;
    own.splice(index, 1);
    this.count--;
    if (own.length === 0) this.users.delete(user);
  }

  /**
   * Round robin over the users. Every second connection goes to work for all users, because many of them wait for its
   * result. Skips kinds of work that `admits` refuses.
   */
  dequeue(admits: (kind: string) => boolean): Waiter | undefined {
    if (this.count === 0) return undefined;
    const decisions = new Map<string, boolean>();
    const isAdmitted = ({ kind }: Entry): boolean => {
      let admitted = decisions.get(kind);
      if (admitted === undefined) decisions.set(kind, (admitted = admits(kind)));
      return admitted;
    };
    const isForAllUsers = !this.wasForAllUsers;
    const found = this.take(isForAllUsers, isAdmitted) ?? this.take(!isForAllUsers, isAdmitted);
    if (!found) return undefined;
    this.wasForAllUsers = found.user === ALL_USERS;
    return found.waiter;
  }

  private take(
    isForAllUsers: boolean,
    isAdmitted: (entry: Entry) => boolean,
  ): { user: string; waiter: Waiter } | undefined {
    for (const [user, own] of this.users) {
      if ((user === ALL_USERS) !== isForAllUsers) continue;
      const index = own.findIndex(isAdmitted);
      const entry = own[index];
      if (!entry) continue;
      own.splice(index, 1);
      this.count--;
      this.users.delete(user);
      if (own.length > 0) this.users.set(user, own);
      return { user, waiter: entry.waiter };
    }
    return undefined;
  }
}
