/** What this node knows by itself: which of its sockets are in which group, and the facts told through it. */
import { type AttributePatch, type Attributes, type MembershipOp, ONLINE } from './membership-store';
import type { Settled } from './settled';

/** One user in one group by at least one socket of this node, or lingering there with none. */
export interface LocalMember {
  readonly group: string;
  readonly userId: string;
  sockets: string[];
  /** True once it is settled that this node holds the user there. */
  held: boolean;
  /** The answer those wait for who joined before it was settled. */
  joining: Promise<Settled> | undefined;
}

export class LocalMembers {
  private readonly groups = new Map<string, Map<string, LocalMember>>();
  private readonly facts = new Map<string, AttributePatch>();

  get(group: string, userId: string): LocalMember | undefined {
    return this.groups.get(group)?.get(userId);
  }

  add(group: string, userId: string, socketId: string): LocalMember {
    const member: LocalMember = { group, userId, sockets: [socketId], held: false, joining: undefined };
    const users = this.groups.get(group) ?? new Map<string, LocalMember>();
    this.groups.set(group, users.set(userId, member));
    return member;
  }

  /** Does nothing where another member has taken the place. */
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

  /** Keeps attributes of a user who is online here; null marks one taken away. */
  remember(userId: string, patch: AttributePatch): void {
    if (this.get(ONLINE, userId)) this.facts.set(userId, { ...this.facts.get(userId), ...patch });
  }

  /** All that was set through this node, what was taken away included. */
  patchOf(userId: string): AttributePatch {
    return this.facts.get(userId) ?? {};
  }

  attributesOf(userId: string): Attributes {
    const set = Object.entries(this.patchOf(userId)).filter((entry): entry is [string, string] => entry[1] !== null);
    return Object.fromEntries(set);
  }

  forgetAttributes(userId: string): void {
    this.facts.delete(userId);
  }

  /** What makes an empty incarnation hold all that this node holds. */
  snapshot(): MembershipOp[] {
    const ops: MembershipOp[] = [];
    for (const [group, users] of this.groups) {
      for (const { userId, held } of users.values()) if (held) ops.push({ kind: 'join', group, userId });
    }
    for (const { userId, sockets, held } of this.groups.get(ONLINE)?.values() ?? []) {
      if (held && sockets.length > 0) ops.push({ kind: 'sockets', userId, socketIds: [...sockets] });
    }
    for (const userId of this.facts.keys()) {
      ops.push({ kind: 'attributes', userId, attributes: this.attributesOf(userId), unlessSet: true });
    }
    return ops;
  }
}
