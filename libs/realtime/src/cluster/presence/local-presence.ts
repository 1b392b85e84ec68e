/** The sockets of this node's users and the attributes set through it: the source for answers without the store. */
import type { PresenceOp, UserAttributePatch, UserAttributes } from './presence-store';

export class LocalPresence {
  private readonly sockets = new Map<string, readonly string[]>();
  private readonly attributePatches = new Map<string, UserAttributePatch>();
  /** Users whose attributes were changed while the store was unreachable. */
  private readonly attributesChangedOffline = new Set<string>();

  socketsOf(userId: string): readonly string[] {
    return this.sockets.get(userId) ?? [];
  }

  setSockets(userId: string, socketIds: readonly string[]): void {
    if (socketIds.length > 0) this.sockets.set(userId, socketIds);
    else this.sockets.delete(userId);
  }

  /** Remembers attributes of a user that is online on this node; null marks a removed one. */
  mergeAttributes(userId: string, patch: UserAttributePatch): void {
    this.attributePatches.set(userId, { ...this.patchOf(userId), ...patch });
  }

  attributesOf(userId: string): UserAttributes {
    const set = Object.entries(this.patchOf(userId)).filter((entry): entry is [string, string] => entry[1] !== null);
    return Object.fromEntries(set);
  }

  removeAttributes(userId: string): void {
    this.attributePatches.delete(userId);
  }

  /** Attributes win over those in the store only if they were changed offline: another node may have changed them since. */
  snapshotOps(): PresenceOp[] {
    const ops: PresenceOp[] = [];
    for (const [userId, socketIds] of this.sockets) ops.push({ kind: 'sockets', userId, socketIds });
    for (const userId of this.attributePatches.keys())
      ops.push({ kind: 'attributes', userId, attributes: this.attributesOf(userId), unlessSet: true });
    for (const userId of this.attributesChangedOffline)
      ops.push({ kind: 'attributes', userId, attributes: this.patchOf(userId) });
    return ops;
  }

  onDecidedOffline(op: PresenceOp): void {
    if (op.kind === 'attributes') this.attributesChangedOffline.add(op.userId);
  }

  onStoreRestored(): void {
    this.attributesChangedOffline.clear();
  }

  /** All attributes that were set or removed through this node. */
  private patchOf(userId: string): UserAttributePatch {
    return this.attributePatches.get(userId) ?? {};
  }
}
