/** Changes announced without the store: after a reconnect `MembershipSync` repeats none and corrects wrong ones. */
import type { LocalMembers } from './local-members';
import type { BatchOp, MembershipChange } from './membership-store';

/** The change that an operation makes as far as this node can see; `full`: refused; undefined: nothing enters or leaves. */
export function localChangeOf(local: LocalMembers, op: BatchOp): MembershipChange | 'full' | undefined {
  if (op.group === undefined) return undefined;
  const { group, userId } = op;
  if (op.kind === 'leave') return { group, userId, kind: 'left' };
  const others = local.count(group) - (local.get(group, userId) ? 1 : 0);
  return op.capacity !== undefined && others >= op.capacity ? 'full' : { group, userId, kind: 'entered' };
}

const memberKeyOf = ({ group, userId }: MembershipChange): string => `${group}\0${userId}`;

/** Holds the last change announced offline for each user and group. */
export class OfflineChanges {
  private readonly lastAnnounced = new Map<string, MembershipChange>();

  record(change: MembershipChange): void {
    this.lastAnnounced.set(memberKeyOf(change), change);
  }

  /** Splits the store's changes into those not announced yet and those that were announced here, and forgets the latter. */
  partitionAndRemove(changes: readonly MembershipChange[]): [MembershipChange[], MembershipChange[]] {
    const unannounced: MembershipChange[] = [];
    const announced: MembershipChange[] = [];
    for (const change of changes) {
      const key = memberKeyOf(change);
      if (this.lastAnnounced.get(key)?.kind !== change.kind) unannounced.push(change);
      else if (this.lastAnnounced.delete(key)) announced.push(change);
    }
    return [unannounced, announced];
  }

  /** Removes and returns the leaves that the store has not confirmed: another node may still hold those users. */
  takeUnconfirmedLeaves(): MembershipChange[] {
    const leaves = [...this.lastAnnounced.values()].filter(({ kind }) => kind === 'left');
    for (const change of leaves) this.lastAnnounced.delete(memberKeyOf(change));
    return leaves;
  }

  /** Records the leaves again after a failed check, except where a newer change has been announced since. */
  putBackUnconfirmed(leaves: readonly MembershipChange[]): void {
    for (const change of leaves) if (!this.lastAnnounced.has(memberKeyOf(change))) this.record(change);
  }

  clear(): void {
    this.lastAnnounced.clear();
  }
}
