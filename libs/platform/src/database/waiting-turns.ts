/** Who waits for a connection, in the order in which they get one. */

/** Called when its turn has come, or with an error when it has waited for too long. */
export type Waiting = (expired?: Error) => void;

/** The user of work on behalf of no single user: batches, publishing, handshakes. */
export const EVERYBODY = '';

interface Entry {
  readonly kind: string;
  readonly waiting: Waiting;
}

export class WaitingTurns {
  /** By user; the user to be served next comes first. */
  private readonly users = new Map<string, Entry[]>();
  private wasForEverybody = false;
  private count = 0;

  get size(): number {
    return this.count;
  }

  add(kind: string, user: string, waiting: Waiting): void {
    const own = this.users.get(user);
    if (own) own.push({ kind, waiting });
    else this.users.set(user, [{ kind, waiting }]);
    this.count++;
  }

  remove(user: string, waiting: Waiting): void {
    const own = this.users.get(user);
    const index = own?.findIndex((entry) => entry.waiting === waiting) ?? -1;
    if (!own || index < 0) return;
    own.splice(index, 1);
    this.count--;
    if (own.length === 0) this.users.delete(user);
  }

  /**
   * Round robin over the users. Work for everybody gets every second turn: many users wait for its result. Kinds of work
   * that `admits` refuses are passed over.
   */
  next(admits: (kind: string) => boolean): Waiting | undefined {
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
    return found.waiting;
  }

  private take(
    isForEverybody: boolean,
    isAdmitted: (entry: Entry) => boolean,
  ): { user: string; waiting: Waiting } | undefined {
    for (const [user, own] of this.users) {
      if ((user === EVERYBODY) !== isForEverybody) continue;
      const index = own.findIndex(isAdmitted);
      const entry = own[index];
      if (!entry) continue;
      own.splice(index, 1);
      this.count--;
      this.users.delete(user);
      if (own.length > 0) this.users.set(user, own);
      return { user, waiting: entry.waiting };
    }
    return undefined;
  }
}
