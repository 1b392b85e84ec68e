/** Who waits for a connection, in the order in which they get one. */

/** Called when its turn has come, or with an error when it has waited for too long. */
export type Waiting = (expired?: Error) => void;

/** The user of work on behalf of no single user: batches, publishing, handshakes. */
export const EVERYBODY = '';

/** By user; the user to be served next comes first. */
type Users = Map<string, Waiting[]>;

export class WaitingTurns {
  /** By kind of work; the kind to be served next comes first. */
  private readonly kinds = new Map<string, Users>();
  private wasForEverybody = false;
  private count = 0;

  get size(): number {
    return this.count;
  }

  add(kind: string, user: string, waiting: Waiting): void {
    const users = entryOf(this.kinds, kind, (): Users => new Map());
    entryOf(users, user, (): Waiting[] => []).push(waiting);
    this.count++;
  }

  remove(kind: string, user: string, waiting: Waiting): void {
    const users = this.kinds.get(kind);
    const own = users?.get(user);
    const index = own?.indexOf(waiting) ?? -1;
    if (!users || !own || index < 0) return;
    own.splice(index, 1);
    this.count--;
    if (own.length === 0) users.delete(user);
    if (users.size === 0) this.kinds.delete(kind);
  }

  /**
   * Round robin over the kinds, and over the users within a kind. Work for everybody gets every second turn: many users wait
   * for its result. Kinds that `admits` refuses are passed over.
   */
  next(admits: (kind: string) => boolean): Waiting | undefined {
    if (this.count === 0) return undefined;
    const admitted = [...this.kinds].filter(([kind]) => admits(kind));
    const isForEverybody = !this.wasForEverybody;
    const found = this.take(admitted, isForEverybody) ?? this.take(admitted, !isForEverybody);
    if (!found) return undefined;
    this.wasForEverybody = found.user === EVERYBODY;
    return found.waiting;
  }

  private take(
    admitted: readonly (readonly [string, Users])[],
    isForEverybody: boolean,
  ): { user: string; waiting: Waiting } | undefined {
    for (const [kind, users] of admitted) {
      for (const [user, own] of users) {
        if ((user === EVERYBODY) !== isForEverybody) continue;
        const waiting = own.shift();
        if (!waiting) continue;
        this.count--;
        moveToEnd(users, user, own, own.length > 0);
        moveToEnd(this.kinds, kind, users, users.size > 0);
        return { user, waiting };
      }
    }
    return undefined;
  }
}

function entryOf<V>(map: Map<string, V>, key: string, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}

function moveToEnd<V>(map: Map<string, V>, key: string, value: V, isKept: boolean): void {
  map.delete(key);
  if (isKept) map.set(key, value);
}
