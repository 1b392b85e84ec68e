/** Passing a node's memberships from one incarnation to the next, in batches, so that what stays is not told. */
import {
  type Drained,
  MAX_BATCH,
  type MembershipChange,
  type MembershipOp,
  type MembershipStore,
  type OpResult,
} from './membership-store';

type Tell = (changes: MembershipChange[]) => void;

/**
 * Opens a new incarnation that holds `state`, then retires the earlier ones: who was held all along changes nothing, who
 * has come since or was swept in the meantime is told as entered, who has gone as left. From a store that has lost
 * everything since the epoch `known` nobody is told as entered, for nobody was told as left.
 * Answers the epoch. When it throws, call it again; what it told stays told.
 */
export async function reopen(
  store: MembershipStore,
  state: readonly MembershipOp[],
  known: string | undefined,
  tell: Tell,
): Promise<string> {
  const epoch = await store.open();
  const emptied = known !== undefined && known !== epoch;
  for (let start = 0; start < state.length; start += MAX_BATCH) {
    const batch = state.slice(start, start + MAX_BATCH);
    const changes = changesOf(batch, await store.apply(batch));
    if (emptied) await store.apply(changes.flatMap(asTold));
    else tell(changes);
  }
  await drainAll(() => store.retire('earlier'), tell);
  return epoch;
}

function asTold({ userId, turn }: MembershipChange): MembershipOp[] {
  return turn === undefined ? [] : [{ kind: 'told', userId, turn }];
}

/** Sweeps or retires until there is nothing more, telling each batch as it comes. */
export async function drainAll(drain: () => Promise<Drained>, tell: Tell): Promise<void> {
  for (let more = true; more;) {
    const drained = await drain();
    tell(drained.changes);
    more = drained.more;
  }
}

export function changesOf(ops: readonly MembershipOp[], results: readonly OpResult[]): MembershipChange[] {
  const changes: MembershipChange[] = [];
  results.forEach(({ outcome, ...of }, index) => {
    const op = ops[index];
    if ((op?.kind !== 'join' && op?.kind !== 'leave') || (outcome !== 'entered' && outcome !== 'left')) return;
    changes.push({ group: op.group, userId: op.userId, kind: outcome, ...of });
  });
  return changes;
}
