/** Gives a client that comes back its session: one of many claimants, with nothing consumed until it has connected. */
import { setTimeout as delay } from 'node:timers/promises';
import { decodeEntry, type JournalEntry } from './journal-entry';
import type { Journal } from './journal';
import type { LocalSessions } from './local-sessions';
import { parseOffset, type Position } from './position';
import type { Predecessors } from './predecessors';
import type { RecoveryStore, RefusedRestore, RestoreAnswer, RoomSpan } from './recovery-store';
import type { Heard } from './ring';

const STORE_WITHIN_MS = 3_000;
const RETRY_MS = 30;
const ROUNDS = 8;

export type Refusal = RefusedRestore | 'malformed' | 'foreign' | 'superseded' | 'ended' | 'unavailable';

export interface Restored {
  readonly pid: string;
  readonly owner: string;
  readonly socketId: string;
  readonly userId: string;
  readonly rooms: Map<string, RoomSpan>;
  readonly missed: readonly Heard[];
  /** Up to which entry `missed` goes. */
  readonly n: number;
}

export class RestoreRefused extends Error {
  constructor(readonly reason: Refusal) {
    super(`the session cannot be recovered: ${reason}`);
  }
}

interface Claim {
  cancelled: boolean;
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
  ) {}

  nextOwner(): string {
    return `${this.source}:${++this.serial}`;
  }

  /** Another claim is newer. */
  cancel(pid: string): void {
    const claim = this.claims.get(pid);
    if (claim) claim.cancelled = true;
  }

  /** @throws RestoreRefused; the session stays what it is then. */
  async restore(pid: string, offset: string, userId: string): Promise<Restored> {
    const from = parseOffset(offset);
    if (!from || pid.length > 64) throw new RestoreRefused('malformed');
    const before = this.claims.get(pid);
    this.cancel(pid);
    let finish = (): void => undefined;
    const claim: Claim = { cancelled: false, done: new Promise((resolve) => (finish = resolve)) };
    this.claims.set(pid, claim);
    await before?.done;
    try {
      return await this.patiently(claim, () => this.claim(pid, from, userId, claim));
    } finally {
      // Not before the socket that is made of it stands where the next claim finds it.
      setImmediate(() => {
        if (this.claims.get(pid) === claim) this.claims.delete(pid);
        finish();
      });
    }
  }

  // The store may be away for a moment, and a restore may be repeated.
  private async patiently(claim: Claim, attempt: () => Promise<Restored>): Promise<Restored> {
    const end = Date.now() + STORE_WITHIN_MS;
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        if (error instanceof RestoreRefused) throw error;
        if (claim.cancelled || Date.now() > end) throw new RestoreRefused('unavailable');
        await delay(RETRY_MS);
      }
    }
  }

  private async claim(pid: string, from: Position, userId: string, claim: Claim): Promise<Restored> {
    const session = await this.store.find(pid);
    if (!session) throw new RestoreRefused('unknown');
    if (session.userId !== userId) throw new RestoreRefused('foreign');
    const { socketId } = session;
    const nextOwner = this.nextOwner();
    let { owner } = session;
    await this.predecessors.oust(owner, pid, socketId);
    const joined: Record<string, RoomSpan> = {};
    for (let round = 0; round < ROUNDS; round++) {
      mustHold(claim);
      const { keepMs } = this.sessions;
      const answer = await this.store.restore({ pid, from, owner, nextOwner, joined, keepMs });
      if (answer.kind === 'refused') throw new RestoreRefused(answer.reason);
      if (answer.kind === 'moved') {
        owner = answer.owner;
        await this.predecessors.oust(owner, pid, socketId);
        continue;
      }
      owner = nextOwner;
      const { rooms, missed, entered } = entitled(answer);
      const added = entered.filter(([room]) => joined[room] === undefined);
      for (const [room, span] of added) joined[room] = span;
      // What came to the rooms that were joined on its behalf has not been read yet.
      if (added.length > 0) continue;
      await this.journal.reached(answer.position.n, STORE_WITHIN_MS);
      if (this.journal.position?.epoch !== from.epoch) throw new RestoreRefused('epoch');
      mustHold(claim);
      return { pid, owner, socketId, userId, rooms, missed, n: answer.position.n };
    }
    throw new RestoreRefused('unavailable');
  }
}

function mustHold({ cancelled }: Claim): void {
  if (cancelled) throw new RestoreRefused('superseded');
}

type Answered = Extract<RestoreAnswer, { kind: 'restored' }>;

/** Goes through what was missed in order, so that each entry meets the rooms as they were then. */
function entitled(answer: Answered): { rooms: Map<string, RoomSpan>; missed: Heard[]; entered: [string, RoomSpan][] } {
  const rooms = new Map(Object.entries(answer.rooms));
  const missed: Heard[] = [];
  const entered: [string, RoomSpan][] = [];
  const inside = (room: string, n: number): boolean => {
    const span = rooms.get(room);
    return span !== undefined && n > span[0] && (span[1] === 0 || n <= span[1]);
  };
  for (const { n, payload } of answer.records) {
    const entry = decodeEntry(payload);
    if (!isFor(entry, (room) => inside(room, n))) continue;
    const { order } = entry;
    if (!order) missed.push({ n, entry, bytes: payload.length });
    else if (order.kind === 'end') throw new RestoreRefused('ended');
    else if (order.kind === 'gap') throw new RestoreRefused('trimmed');
    else {
      const span = rooms.get(order.room);
      if (order.kind === 'leave' && span?.[1] === 0) rooms.set(order.room, [span[0], n]);
      if (order.kind === 'join' && span?.[1] !== 0) {
        rooms.set(order.room, [n, 0]);
        entered.push([order.room, [n, 0]]);
      }
    }
  }
  return { rooms, missed, entered };
}

/** Whether an entry is for who is in the rooms of which `inside` says so. */
export function isFor({ rooms, except }: JournalEntry, inside: (room: string) => boolean): boolean {
  return (rooms.length === 0 || rooms.some(inside)) && !except.some(inside);
}
