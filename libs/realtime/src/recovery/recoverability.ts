/**
 * Which connections of this node may be given offsets. A stock client names the last one it got, whatever it is: to take
 * the right to come back away from a client, it is given one that means nothing.
 */

export const VOID_OFFSET = 'void';

export interface RecoverabilityHooks {
  /** These get what is new, and cannot come back for now. */
  lost(socketIds: readonly string[]): void;
  /** These can come back to here, from now on. */
  regained(socketIds: readonly string[]): void;
}

export class Recoverability {
  private nobody = false;
  /** Their sessions could not be stored as they are now. */
  private readonly unsaved = new Set<string>();

  constructor(
    private readonly hooks: RecoverabilityHooks,
    private readonly everybody: () => string[],
  ) {}

  has(socketId: string): boolean {
    return !this.nobody && !this.unsaved.has(socketId);
  }

  /** What comes from this node alone must not be named in another one's journal. */
  loseAll(): void {
    if (this.nobody) return;
    this.nobody = true;
    this.hooks.lost(this.saved);
  }

  regainAll(): void {
    if (!this.nobody) return;
    this.nobody = false;
    this.hooks.regained(this.saved);
  }

  lose(socketId: string): void {
    if (this.unsaved.has(socketId)) return;
    this.unsaved.add(socketId);
    if (!this.nobody) this.hooks.lost([socketId]);
  }

  regain(socketId: string): void {
    if (this.unsaved.delete(socketId) && !this.nobody) this.hooks.regained([socketId]);
  }

  private get saved(): string[] {
    return this.everybody().filter((socketId) => !this.unsaved.has(socketId));
  }

  gone(socketId: string): void {
    this.unsaved.delete(socketId);
  }
}
