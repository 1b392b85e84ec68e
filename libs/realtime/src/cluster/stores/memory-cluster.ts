/** The in-memory counterpart of the Redis keys: leases and holders, shared by the `MemoryMembershipStore`s of a process. */
import {
  type DrainResult,
  MAX_MEMBERSHIP_BATCH,
  type MembershipChange,
  type MembersPage,
} from '../membership/membership-store';
import { ONLINE, type OnlineOpResult } from '../presence/presence-store';
import { MemoryPresenceStore } from './memory-presence-store';

interface HoldingIncarnation {
  expiresAt: number;
  /** A sweep of it has begun: its node can no longer renew or use it. */
  isEnded: boolean;
  readonly held: Map<string, Set<string>>;
}

interface GroupMember {
  holderCount: number;
  /** Ascends in the order of a group's map, so that it serves as a cursor. */
  readonly serial: number;
}

const UNCHANGED: OnlineOpResult = { outcome: 'unchanged' };

export class MemoryCluster {
  readonly incarnations = new Map<string, HoldingIncarnation>();
  readonly presence: MemoryPresenceStore;
  private readonly groups = new Map<string, Map<string, GroupMember>>();
  private serial = 0;

  /** `now` in milliseconds. */
  constructor(readonly now: () => number) {
    this.presence = new MemoryPresenceStore(now, (userId) => this.isMember(ONLINE, userId));
  }

  /** The incarnation of that name; undefined if it is unknown or being swept. */
  findActive(incarnation: string): HoldingIncarnation | undefined {
    const holder = this.incarnations.get(incarnation);
    return holder?.isEnded ? undefined : holder;
  }

  join(holder: HoldingIncarnation, group: string, userId: string, capacity?: number): OnlineOpResult {
    const users = holder.held.get(group) ?? new Set();
    if (users.has(userId)) return UNCHANGED;
    const members = this.groups.get(group) ?? new Map<string, GroupMember>();
    const member = members.get(userId);
    if (!member && capacity !== undefined && members.size >= capacity) return { outcome: 'full' };
    holder.held.set(group, users.add(userId));
    if (member) member.holderCount++;
    else this.groups.set(group, members.set(userId, { holderCount: 1, serial: ++this.serial }));
    if (member) return UNCHANGED;
    return { outcome: 'entered', ...(group === ONLINE && this.presence.enter(userId)) };
  }

  leave(holder: HoldingIncarnation, group: string, userId: string): OnlineOpResult {
    const users = holder.held.get(group);
    if (!users?.delete(userId)) return UNCHANGED;
    if (users.size === 0) holder.held.delete(group);
    const members = this.groups.get(group);
    const member = members?.get(userId);
    if (!members || !member || --member.holderCount > 0) return UNCHANGED;
    members.delete(userId);
    if (members.size === 0) this.groups.delete(group);
    return { outcome: 'left', ...(group === ONLINE && this.presence.leave(userId)) };
  }

  /** Removes the memberships of these incarnations, at most `MAX_MEMBERSHIP_BATCH` per call, and then the incarnations. */
  drain(incarnations: readonly string[]): DrainResult {
    const changes: MembershipChange[] = [];
    let budget = MAX_MEMBERSHIP_BATCH;
    for (const incarnation of incarnations) {
      const holder = this.incarnations.get(incarnation);
      if (!holder) continue;
      for (const [group, users] of holder.held) {
        for (const userId of users) {
          if (budget-- === 0) return { changes, hasMore: true };
          const { outcome, ...details } = this.leave(holder, group, userId);
          if (outcome === 'left') changes.push({ group, userId, kind: 'left', ...details });
        }
      }
      this.incarnations.delete(incarnation);
      this.presence.removeSockets(incarnation);
    }
    return { changes, hasMore: false };
  }

  membersPage(group: string, cursor: number, limit: number): MembersPage {
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

  isMember(group: string, userId: string): boolean {
    return this.groups.get(group)?.has(userId) ?? false;
  }
}
