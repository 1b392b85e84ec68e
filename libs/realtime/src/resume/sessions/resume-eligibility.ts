/**
 * Tracks which connections of this node may receive offsets, and so resume. A stock client sends the last offset it received: to
 * revoke its eligibility, the client is sent `VOID_OFFSET`, which the server refuses.
 */

export const VOID_OFFSET = 'void';

export interface EligibilityHooks {
  /** These clients still receive events, but cannot resume for now. */
  onRevoked(socketIds: readonly string[]): void;
  /** These clients can resume from the current offset on. */
  onRestored(socketIds: readonly string[]): void;
}

export class ResumeEligibility {
  private isRevokedForAll = false;
  /** Sockets whose session could not be stored in its present state. */
  private readonly unsaved = new Set<string>();
  /** Those of clients that declined recovery; in `unsaved` too, so that one lookup per delivery suffices. */
  private readonly excluded = new Set<string>();

  constructor(
    private readonly hooks: EligibilityHooks,
    private readonly allSocketIds: () => string[],
  ) {}

  isEligible(socketId: string): boolean {
    return !this.isRevokedForAll && !this.unsaved.has(socketId);
  }

  /** Called when this node delivers offline: its clients receive events that have no position in the journal yet. */
  revokeAll(): void {
    if (this.isRevokedForAll) return;
    this.isRevokedForAll = true;
    this.hooks.onRevoked(this.savedSocketIds);
    // Events may be missing for these clients as well.
    if (this.excluded.size > 0) this.hooks.onRevoked([...this.excluded]);
  }

  restoreAll(): void {
    if (!this.isRevokedForAll) return;
    this.isRevokedForAll = false;
    this.hooks.onRestored(this.savedSocketIds);
  }

  /** The client has declined recovery: it never receives an offset. */
  exclude(socketId: string): void {
    this.excluded.add(socketId);
    this.unsaved.add(socketId);
  }

  isExcluded(socketId: string): boolean {
    return this.excluded.has(socketId);
  }

  revoke(socketId: string): void {
    if (this.unsaved.has(socketId)) return;
    this.unsaved.add(socketId);
    if (!this.isRevokedForAll) this.hooks.onRevoked([socketId]);
  }

  restore(socketId: string): void {
    if (this.unsaved.delete(socketId) && !this.isRevokedForAll) this.hooks.onRestored([socketId]);
  }

  private get savedSocketIds(): string[] {
    return this.allSocketIds().filter((socketId) => !this.unsaved.has(socketId));
  }

  removeSocket(socketId: string): void {
    this.excluded.delete(socketId);
    this.unsaved.delete(socketId);
  }
}
