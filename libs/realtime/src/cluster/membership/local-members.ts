/** The memberships of this node's own sockets: the source for answers without the store. */
import type { MembershipOp, MembershipOpResult } from './membership-store';

/** The answer of `Membership` to an operation, with all fields of the store's. */
export interface JoinResult extends MembershipOpResult {
  /** True if the store was unreachable and this node decided by its own members; written to the store after a reconnect. */
  isLocal: boolean;
}

/** A user that this node holds in a group, with at least one socket. */
export interface LocalMember {
  readonly group: string;
  readonly userId: string;
  sockets: string[];
  /** True once the join was accepted, by the store or offline. */
  isHeld: boolean;
  /** The pending answer to the first join, shared by later joins of the same user; undefined once it is answered. */
  pendingJoin: Promise<JoinResult> | undefined;
}

export class LocalMembers {
  private readonly groups = new Map<string, Map<string, LocalMember>>();

  get(group: string, userId: string): LocalMember | undefined {
    return this.groups.get(group)?.get(userId);
  }

  add(group: string, userId: string, socketId: string): LocalMember {
    const member: LocalMember = { group, userId, sockets: [socketId], isHeld: false, pendingJoin: undefined };
    const users = this.groups.get(group) ?? new Map<string, LocalMember>();
    this.groups.set(group, users.set(userId, member));
    return member;
  }

  /** Does nothing if the user has joined again since: the group then holds another member object. */
  remove(member: LocalMember): void {
    const users = this.groups.get(member.group);
    if (users?.get(member.userId) !== member) return;
    users.delete(member.userId);
    if (users.size === 0) this.groups.delete(member.group);
  }

  users(group: string): string[] {
    return [...(this.groups.get(group)?.keys() ?? [])];
  }

  count(group: string): number {
    return this.groups.get(group)?.size ?? 0;
  }

  /** The operations that give an empty incarnation all members that this node holds. */
  snapshotOps(): MembershipOp[] {
    const held = [...this.groups.values()].flatMap((users) => [...users.values()].filter(({ isHeld }) => isHeld));
    return held.map(({ group, userId }) => ({ kind: 'join', group, userId }));
  }
}
