/** Moves a node's memberships from one incarnation to the next in batches, without announcing those that did not change. */
import {
  type DrainResult,
  type BatchOp,
  MAX_MEMBERSHIP_BATCH,
  type MembershipChange,
  type MembershipStore,
  type MembershipOpResult,
} from './membership-store';
import type { MembershipExtension } from './membership-extension';

type AnnounceChanges = (changes: MembershipChange[]) => void;

/**
 * Opens a new incarnation that holds `state`, then retires the earlier ones. A user held all along causes no change. A user
 * that joined since, or was swept since, is announced as entered; a user that left since, as left. If the store has lost its
 * data since `knownEpoch`, no user is announced as entered, because none was announced as left: these changes are acknowledged.
 * @returns the store's epoch. When it throws, call it again; changes announced until then are not announced twice.
 */
export async function recoverLease(
  store: MembershipStore,
  state: readonly BatchOp[],
  knownEpoch: string | undefined,
  announce: AnnounceChanges,
  extension?: MembershipExtension,
): Promise<string> {
  const epoch = await store.open();
  const hasLostData = knownEpoch !== undefined && knownEpoch !== epoch;
  for (let start = 0; start < state.length; start += MAX_MEMBERSHIP_BATCH) {
    const batch = state.slice(start, start + MAX_MEMBERSHIP_BATCH);
    const changes = changesOf(batch, await store.apply(batch));
    if (hasLostData) await store.apply(extension?.acknowledgementsOf(changes) ?? []);
    else announce(changes);
  }
  await drainAll(() => store.retire('earlier'), announce);
  return epoch;
}

/** Repeats a sweep or retire until nothing is left, and announces each batch as soon as it is answered. */
export async function drainAll(drain: () => Promise<DrainResult>, announce: AnnounceChanges): Promise<void> {
  for (let hasMore = true; hasMore;) {
    const drained = await drain();
    announce(drained.changes);
    hasMore = drained.hasMore;
  }
}

export function changesOf(ops: readonly BatchOp[], results: readonly MembershipOpResult[]): MembershipChange[] {
  const changes: MembershipChange[] = [];
  results.forEach(({ outcome, ...details }, index) => {
    const op = ops[index];
    if (op?.group === undefined || (outcome !== 'entered' && outcome !== 'left')) return;
    changes.push({ group: op.group, userId: op.userId, kind: outcome, ...details });
  });
  return changes;
}
