/** What memberships ought to be, said in the simplest way: per node the set of what it holds. */
import type { MembershipChange, MembershipOp, Outcome } from '../../libs/realtime/src/membership/membership-store';

export type Pair = `${string} ${string}`;

export interface ModelNode {
  /** What the store counts for it; a killed or frozen node keeps it until it is swept. */
  held: Set<Pair>;
  /** What its own process believes; differs from `held` once it has been swept. */
  wanted: Set<Pair>;
  lapsed: boolean;
  /** Its lease is gone for good: it must reopen before it can do anything. */
  swept: boolean;
}

export class MembershipModel {
  readonly nodes = new Map<string, ModelNode>();
  /** What somebody who hears every change believes. */
  private readonly believed = new Set<Pair>();

  add(nodeId: string): ModelNode {
    const node: ModelNode = { held: new Set(), wanted: new Set(), lapsed: false, swept: false };
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

  apply(node: ModelNode, op: MembershipOp): Outcome {
    if (op.kind !== 'join' && op.kind !== 'leave') return 'unchanged';
    const pair: Pair = `${op.group} ${op.userId}`;
    const before = this.users(op.group);
    if (op.kind === 'join') {
      if (!before.includes(op.userId) && op.capacity !== undefined && before.length >= op.capacity) return 'full';
      node.held.add(pair);
    } else node.held.delete(pair);
    node.wanted = new Set(node.held);
    const after = this.users(op.group);
    if (before.length === after.length) return 'unchanged';
    return after.length > before.length ? 'entered' : 'left';
  }

  sweep(): void {
    for (const node of this.nodes.values()) {
      if (!node.lapsed) continue;
      node.held.clear();
      node.swept = true;
    }
  }

  reopen(node: ModelNode): void {
    node.held = new Set(node.wanted);
    node.lapsed = node.swept = false;
  }

  /** Every change must be news to who has heard all the others, and together they must tell how things are. */
  hear(changes: readonly MembershipChange[], groups: readonly string[]): void {
    for (const { group, userId, kind } of changes) {
      const pair: Pair = `${group} ${userId}`;
      if (this.believed.has(pair) !== (kind === 'left')) throw new Error(`'${pair}' ${kind} twice`);
      if (kind === 'left') this.believed.delete(pair);
      else this.believed.add(pair);
    }
    const truth = groups.flatMap((group) => this.users(group).map((user) => `${group} ${user}`)).sort();
    expect([...this.believed].sort()).toEqual(truth);
  }
}
