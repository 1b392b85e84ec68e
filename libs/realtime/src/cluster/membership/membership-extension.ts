/** The interface for further state of a node, such as presence, that the store holds under the lease of its memberships. */
import type { ExtensionOp, MembershipChange } from './membership-store';

/** The state of one group's users, changed in the same batches as memberships. */
export interface MembershipExtension {
  /** The operations that give this node's state to a new incarnation, after the joins of all its members. */
  snapshotOps(): ExtensionOp[];
  /** The store has not received this operation. If it has to, `snapshotOps` contains its effect from now on. */
  onDecidedOffline(op: ExtensionOp): void;
  /** The store has the snapshot, and the operations decided offline since. */
  onStoreRestored(): void;
  /** Operations that mark changes as announced. After a loss of all data the store reports changes that clients know already. */
  acknowledgementsOf(changes: readonly MembershipChange[]): ExtensionOp[];
  /** Called after each sweep of this node; a rejection counts as a failed sweep. */
  afterSweep(): Promise<void>;
}
