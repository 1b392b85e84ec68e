/** Queue of requests for a connection, served round robin by user. */

/** Called when a connection is free for it, or with an error when it has waited for too long. */
export type Waiter = (expired?: Error) => void;

/** The user of work on behalf of no single user: batches, publishing, handshakes. */
export const EVERYBODY = '';

interface Entry {
  readonly kind: string;
  readonly waiter: Waiter;
}

export class FairQueue {
  /** By user; the user to be served next comes first. */
  private readonly users = new Map<string, Entry[]>();
  private wasForEverybody = false;
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
   * Round robin over the users. Work for everybody gets every second turn: many users wait for its result. Kinds of work
   * that `admits` refuses are passed over.
   */
  dequeue(admits: (kind: string) => boolean): Waiter | undefined {
    if (this.count === 0) return undefined;
    const known = new Map<string, boolean>();
    const isAdmitted = ({ kind }: Entry): boolean => {
      let admitted = known.get(kind);
      if (admitted === undefined) known.set(kind, (admitted = admits(kind)));
      return admitted;
    };
    const isForEverybody = !this.wasForEverybody;
    const found = this.take(isForEverybody, isAdmitted) ?? this.take(!isForEverybody, isAdmitted);
    if (!found) return undefined;
    this.wasForEverybody = found.user === EVERYBODY;
    return found.waiter;
  }

  private take(
    isForEverybody: boolean,
    isAdmitted: (entry: Entry) => boolean,
  ): { user: string; waiter: Waiter } | undefined {
    for (const [user, own] of this.users) {
      if ((user === EVERYBODY) !== isForEverybody) continue;
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
