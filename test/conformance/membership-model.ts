/** The expected memberships, as simply as possible: a set of (group, user) pairs per node. */
import type {
  MembershipChange,
  MembershipOp,
  MembershipOutcome,
} from '../../libs/realtime/src/cluster/membership/membership-store';

export type MembershipPair = `${string} ${string}`;

export interface ModelNode {
  /** What the store counts for the node; a killed or stalled node keeps it until it is swept. */
  held: Set<MembershipPair>;
  /** What the node's own process holds; differs from `held` once the node has been swept. */
  desired: Set<MembershipPair>;
  hasExpired: boolean;
  /** Its lease was taken away: it must reopen before any other call succeeds. */
  isSwept: boolean;
}

export class MembershipModel {
  readonly nodes = new Map<string, ModelNode>();
  /** The memberships according to an observer that receives every change. */
  private readonly observed = new Set<MembershipPair>();

  add(nodeId: string): ModelNode {
    const node: ModelNode = { held: new Set(), desired: new Set(), hasExpired: false, isSwept: false };
    this.nodes.set(nodeId, node);
    return node;
  }

  users(group: string): string[] {
    const users = new Set<string>();
    for (const { held } of this.nodes.values()) {
      for (const pair of held) if (pair.startsWith(`${group} `)) users.add(pair.slice(group.length + 1));
    }
    return [...users].sort();
  }

  apply(node: ModelNode, op: MembershipOp): MembershipOutcome {
    const pair: MembershipPair = `${op.group} ${op.userId}`;
    const before = this.users(op.group);
    if (op.kind === 'join') {
      if (!before.includes(op.userId) && op.capacity !== undefined && before.length >= op.capacity) return 'full';
      node.held.add(pair);
    } else node.held.delete(pair);
    node.desired = new Set(node.held);
    const after = this.users(op.group);
    if (before.length === after.length) return 'unchanged';
    return after.length > before.length ? 'entered' : 'left';
  }

  sweep(): void {
    for (const node of this.nodes.values()) {
      if (!node.hasExpired) continue;
      node.held.clear();
      node.isSwept = true;
    }
  }

  reopen(node: ModelNode): void {
    node.held = new Set(node.desired);
    node.hasExpired = node.isSwept = false;
  }

  /** Every change must alter what an observer of all earlier changes knows, and its knowledge must match the model. */
  verifyChanges(changes: readonly MembershipChange[], groups: readonly string[]): void {
    for (const { group, userId, kind } of changes) {
      const pair: MembershipPair = `${group} ${userId}`;
      if (this.observed.has(pair) !== (kind === 'left')) throw new Error(`'${pair}' ${kind} twice`);
      if (kind === 'left') this.observed.delete(pair);
      else this.observed.add(pair);
    }
    const expected = groups.flatMap((group) => this.users(group).map((user) => `${group} ${user}`)).sort();
    expect([...this.observed].sort()).toEqual(expected);
  }
}
