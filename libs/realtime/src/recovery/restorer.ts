/** Gives a client that comes back its session: one of many claimants, with nothing consumed until it has connected. */
import { setTimeout as delay } from 'node:timers/promises';
import { entitled } from './entitlement';
import type { Journal } from './journal';
import type { LocalSessions } from './local-sessions';
import { parseOffset, type Position } from './position';
import type { Predecessors } from './predecessors';
import { VOID_OFFSET } from './recoverability';
import type { Identity, RecoveryHooks } from './recovery-hooks';
import { ordersOf, type RecoveryStore } from './recovery-store';
import type { Heard } from './ring';
import type { Spans } from './room-spans';
import { isRefusal } from './refusal';
import { RestoreRefused } from './restore-refused';
import type { SessionRooms } from './session-rooms';

const STORE_WITHIN_MS = 3_000;
const RETRY_MS = 30;
/** What is refused may be permitted soon, and hardly is at once. */
const REFUSED_RETRY_MS = 500;
const ROUNDS = 8;
/** What Socket.IO names sessions by; anything else is not looked for. */
const PID = /^[\w-]{1,64}$/;

export interface Restored {
  readonly pid: string;
  readonly owner: string;
  readonly socketId: string;
  readonly userId: string;
  readonly login: string;
  readonly rooms: SessionRooms;
  readonly missed: readonly Heard[];
  /** Up to which entry `missed` goes: before `restoredTo` where the client has to come again for the rest. */
  readonly missedTo: number;
  /** Where the journal stood, in which life of it: `rooms` are as they were then. */
  readonly restoredTo: number;
  readonly epoch: string;
}

/** A session, as far as it never changes but for its owner, of whoever asks for it. */
type OwnSession = Pick<Restored, 'pid' | 'owner' | 'socketId' | 'userId' | 'login'>;

interface Claim {
  cancelled: boolean;
  /** By which it takes the session over. */
  owner: string;
  done: Promise<void>;
}

export class Restorer {
  private readonly claims = new Map<string, Claim>();
  private serial = 0;

  constructor(
    private readonly source: string,
    private readonly store: RecoveryStore,
    private readonly journal: Journal,
    private readonly sessions: LocalSessions,
    private readonly predecessors: Predecessors,
    /** What is read and written at once: a connection may not leave more unread. */
    private readonly maxMissedBytes: number,
    private readonly budget: Pick<RecoveryHooks, 'mayReplay' | 'replayed'>,
  ) {}

  nextOwner(): string {
    return `${this.source}:${++this.serial}`;
  }

  /** Another claim takes over from this owner. */
  cancel(pid: string, owner: string): void {
    const claim = this.claims.get(pid);
    if (claim?.owner === owner) claim.cancelled = true;
  }

  /**
   * Ownership comes first: whoever is not the session's user, by the same login, costs one read of it and touches nothing
   * of the owner's, neither a claim under way nor the socket that holds the session.
   * @throws RestoreRefused; the session stays what it is then.
   */
  async restore(pid: string, offset: string, who: Identity): Promise<Restored> {
    const from = parseOffset(offset);
    if (offset === VOID_OFFSET) throw new RestoreRefused('void');
    if (!from || !PID.test(pid)) throw new RestoreRefused('malformed');
    const session = await patiently(never, () => this.ownSession(pid, who));
    if (!this.budget.mayReplay(session.userId)) throw new RestoreRefused('limited');
    const before = this.claims.get(pid);
    if (before) before.cancelled = true;
    let finish = (): void => undefined;
    const claim: Claim = { cancelled: false, owner: '', done: new Promise((resolve) => (finish = resolve)) };
    this.claims.set(pid, claim);
    await before?.done;
    try {
      return await patiently(
        () => claim.cancelled,
        () => this.claim(session, from, claim),
      );
    } finally {
      // Not before the socket that is made of it stands where the next claim finds it.
      setImmediate(() => {
        if (this.claims.get(pid) === claim) this.claims.delete(pid);
        finish();
      });
    }
  }

  private async ownSession(pid: string, { userId, login }: Identity): Promise<OwnSession> {
    const session = await this.store.find(pid);
    if (!session) throw new RestoreRefused('unknown');
    if (session.userId !== userId) throw new RestoreRefused('foreign');
    if (session.login !== login) throw new RestoreRefused('ended');
    const { owner, socketId } = session;
    return { pid, owner, socketId, userId, login };
  }

  private async claim(session: OwnSession, from: Position, claim: Claim): Promise<Restored> {
    const { pid, socketId, userId, login } = session;
    const nextOwner = this.nextOwner();
    claim.owner = nextOwner;
    // It may have been handed on since it was read: then the store says to whom.
    let { owner } = session;
    await this.predecessors.oust(owner, pid, socketId);
    const joined = new Map<string, Spans>();
    const missed: Heard[] = [];
    let [missedTo, bytes] = [from.n, 0];
    for (let round = 0; round < ROUNDS;) {
      mustHold(claim);
      const { keepMs } = this.sessions;
      const after = { ...from, n: missedTo };
      const answer = await this.store.restore({ pid, from: after, owner, nextOwner, joined, keepMs });
      if (answer.kind === 'refused') throw new RestoreRefused(answer.reason);
      if (answer.kind === 'moved') {
        owner = answer.owner;
        await this.predecessors.oust(owner, pid, socketId);
        round++;
        continue;
      }
      owner = nextOwner;
      const { rooms, entered, ...read } = entitled(answer, userId, this.maxMissedBytes - bytes);
      this.budget.replayed(userId, read.bytes);
      const added = entered.filter(([room]) => !joined.has(room));
      for (const [room, n] of added) if (!joined.has(room)) joined.set(room, [n, 0]);
      // What came to the rooms that were joined on its behalf has not been read yet.
      if (added.length > 0) {
        round++;
        continue;
      }
      const { n } = answer.position;
      for (const heard of read.missed) missed.push(heard);
      missedTo = read.readTo;
      bytes += read.bytes;
      if (missedTo < n && missedTo === answer.readTo && bytes < this.maxMissedBytes) continue;
      await this.journal.reached(n, STORE_WITHIN_MS);
      if (this.journal.position?.epoch !== from.epoch) throw new RestoreRefused('epoch');
      mustHold(claim);
      rooms.set(ordersOf(userId), [n, 0]);
      const { epoch } = from;
      return { pid, owner, socketId, userId, login, rooms, missed, missedTo, restoredTo: n, epoch };
    }
    throw new RestoreRefused('unavailable');
  }
}

/** The store may be away for a moment, and what is attempted may be repeated. */
async function patiently<T>(isCancelled: () => boolean, attempt: () => Promise<T>): Promise<T> {
  const end = performance.now() + STORE_WITHIN_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof RestoreRefused) throw error;
      if (isCancelled() || performance.now() > end) throw new RestoreRefused('unavailable');
      await delay(isRefusal(error) ? REFUSED_RETRY_MS : RETRY_MS);
    }
  }
}

const never = (): boolean => false;

function mustHold({ cancelled }: Claim): void {
  if (cancelled) throw new RestoreRefused('superseded');
}
