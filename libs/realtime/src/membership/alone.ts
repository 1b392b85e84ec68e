/** What a node decides and tells without the store, kept so that on its return nobody is told twice or left with an error. */
import type { LocalMembers } from './local-members';
import { type MembershipChange, type MembershipOp, ONLINE } from './membership-store';

/** What an operation changes as far as this node can see. */
export function decideAlone(local: LocalMembers, op: MembershipOp): MembershipChange | 'full' | undefined {
  if (op.kind !== 'join' && op.kind !== 'leave') return undefined;
  const { group, userId } = op;
  if (op.kind === 'leave') {
    const attributes = group === ONLINE ? local.attributesOf(userId) : {};
    return { group, userId, kind: 'left', ...(Object.keys(attributes).length > 0 && { attributes }) };
  }
  const others = local.count(group) - (local.get(group, userId) ? 1 : 0);
  return op.capacity !== undefined && others >= op.capacity ? 'full' : { group, userId, kind: 'entered' };
}

const keyOf = ({ group, userId }: MembershipChange): string => `${group}\0${userId}`;

/** The last thing told alone about each user and group. */
export class ToldAlone {
  private readonly last = new Map<string, MembershipChange>();

  note(change: MembershipChange): void {
    this.last.set(keyOf(change), change);
  }

  /** Parts the store's changes into those that were not told, and those that were told here. */
  part(changes: readonly MembershipChange[]): [unsaid: MembershipChange[], said: MembershipChange[]] {
    const unsaid: MembershipChange[] = [];
    const said: MembershipChange[] = [];
    for (const change of changes) {
      const key = keyOf(change);
      if (this.last.get(key)?.kind !== change.kind) unsaid.push(change);
      else if (this.last.delete(key)) said.push(change);
    }
    return [unsaid, said];
  }

  /** Who was told to have left though the store has not confirmed it: another node may hold them. */
  takeDoubtful(): MembershipChange[] {
    const doubtful = [...this.last.values()].filter(({ kind }) => kind === 'left');
    for (const change of doubtful) this.last.delete(keyOf(change));
    return doubtful;
  }

  /** Takes back what was taken, unless something newer was told. */
  stillDoubtful(changes: readonly MembershipChange[]): void {
    for (const change of changes) if (!this.last.has(keyOf(change))) this.note(change);
  }

  clear(): void {
    this.last.clear();
  }
}
