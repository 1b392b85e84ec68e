/** What the nodes of one process share: leases, who holds what, and how many hold it. */
import {
  type AttributePatch,
  type Attributes,
  type Drained,
  MAX_BATCH,
  type MembershipChange,
  type MembersPage,
  ONLINE,
  type OpResult,
  type Untold,
} from './membership-store';

interface Holder {
  expiresAt: number;
  /** Swept in part: its node can do nothing any more. */
  ended: boolean;
  /** Users by group. */
  readonly held: Map<string, Set<string>>;
  readonly sockets: Map<string, readonly string[]>;
}

/** What is to be told of a user. */
interface Telling {
  turn: number;
  since: number;
  /** The turn of a coming of which nobody has said that it is told. */
  came?: number;
}

interface Member {
  holders: number;
  /** Ascends in a group's map, which makes it a cursor. */
  readonly serial: number;
}

const UNCHANGED: OpResult = { outcome: 'unchanged' };

export class MemoryCluster {
  readonly holders = new Map<string, Holder>();
  private readonly groups = new Map<string, Map<string, Member>>();
  private readonly attributes = new Map<string, Map<string, string>>();
  private serial = 0;
  private lastTurn = 0;
  /** By user. */
  private readonly tellings = new Map<string, Telling>();

  /** `now` in milliseconds. */
  constructor(readonly now: () => number) {}

  /** The holder of that name unless it has been swept. */
  live(incarnation: string): Holder | undefined {
    const holder = this.holders.get(incarnation);
    return holder?.ended ? undefined : holder;
  }

  join(holder: Holder, group: string, userId: string, capacity?: number): OpResult {
    const users = holder.held.get(group) ?? new Set();
    if (users.has(userId)) return UNCHANGED;
    const members = this.groups.get(group) ?? new Map<string, Member>();
    const member = members.get(userId);
    if (!member && capacity !== undefined && members.size >= capacity) return { outcome: 'full' };
    holder.held.set(group, users.add(userId));
    if (member) member.holders++;
    else this.groups.set(group, members.set(userId, { holders: 1, serial: ++this.serial }));
    if (member) return UNCHANGED;
    if (group !== ONLINE) return { outcome: 'entered' };
    const telling = this.telling(userId);
    telling.came = telling.turn;
    return { outcome: 'entered', turn: telling.turn };
  }

  leave(holder: Holder, group: string, userId: string): OpResult {
    const users = holder.held.get(group);
    if (!users?.delete(userId)) return UNCHANGED;
    if (users.size === 0) holder.held.delete(group);
    const members = this.groups.get(group);
    const member = members?.get(userId);
    if (!members || !member || --member.holders > 0) return UNCHANGED;
    members.delete(userId);
    if (members.size === 0) this.groups.delete(group);
    if (group !== ONLINE) return { outcome: 'left' };
    const left: OpResult = { outcome: 'left', ...this.turned(userId) };
    if (!this.attributes.has(userId)) return left;
    const attributes = this.attributesOf(userId);
    this.attributes.delete(userId);
    return { ...left, attributes };
  }

  /** Something is to be told of the user from now on. */
  turned(userId: string): { turn: number; came?: number } {
    const { turn, came } = this.telling(userId);
    return came === undefined ? { turn } : { turn, came };
  }

  private telling(userId: string): Telling {
    const turn = ++this.lastTurn;
    const known = this.tellings.get(userId);
    if (known) return Object.assign(known, { turn, since: this.now() });
    const telling: Telling = { turn, since: this.now() };
    this.tellings.set(userId, telling);
    return telling;
  }

  told(userId: string, upTo: number): void {
    const telling = this.tellings.get(userId);
    if (!telling) return;
    if (telling.turn <= upTo) this.tellings.delete(userId);
    else if ((telling.came ?? Infinity) <= upTo) delete telling.came;
  }

  untold(forMs: number): Untold[] {
    const before = this.now() - forMs;
    const found = [...this.tellings].filter(([, { since }]) => since <= before);
    return found.slice(0, MAX_BATCH).map(([userId]) => ({ userId, ...this.turned(userId) }));
  }

  setAttributes(userId: string, patch: AttributePatch, unlessSet = false): void {
    if (!this.has(ONLINE, userId) || (unlessSet && this.attributes.has(userId))) return;
    const attributes = this.attributes.get(userId) ?? new Map<string, string>();
    for (const [name, value] of Object.entries(patch)) {
      if (value === null) attributes.delete(name);
      else attributes.set(name, value);
    }
    if (attributes.size > 0) this.attributes.set(userId, attributes);
    else this.attributes.delete(userId);
  }

  /** Takes away what these incarnations hold, and them with it. */
  drain(incarnations: readonly string[]): Drained {
    const changes: MembershipChange[] = [];
    let budget = MAX_BATCH;
    for (const incarnation of incarnations) {
      const holder = this.holders.get(incarnation);
      if (!holder) continue;
      for (const [group, users] of holder.held) {
        for (const userId of users) {
          if (budget-- === 0) return { changes, more: true };
          const { outcome, ...of } = this.leave(holder, group, userId);
          if (outcome === 'left') changes.push({ group, userId, kind: 'left', ...of });
        }
      }
      this.holders.delete(incarnation);
    }
    return { changes, more: false };
  }

  page(group: string, cursor: number, limit: number): MembersPage {
    const users: string[] = [];
    let last = 0;
    for (const [userId, { serial }] of this.groups.get(group) ?? []) {
      if (serial <= cursor) continue;
      if (users.length === limit) return { users, next: String(last) };
      users.push(userId);
      last = serial;
    }
    return { users };
  }

  count(group: string): number {
    return this.groups.get(group)?.size ?? 0;
  }

  has(group: string, userId: string): boolean {
    return this.groups.get(group)?.has(userId) ?? false;
  }

  attributesOf(userId: string): Attributes {
    return Object.fromEntries(this.attributes.get(userId) ?? []);
  }
}
