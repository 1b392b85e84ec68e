/** Limits concurrent holders per key. A slot is taken synchronously, so that concurrent requests cannot share the last one. */

/** The holder itself stores its slot, so that the limiter needs no map of all holders. */
type SlotHolder = { [slot: symbol]: string | undefined };

export class ConcurrencyLimiter {
  private readonly counts = new Map<string, number>();
  /** The property under which a holder stores the key of its single slot. */
  private readonly slotKey = Symbol('slot');

  /** Gives the holder a slot of `key`, replacing a slot that it has; false if `max` slots are taken. */
  acquire(holder: object, key: string, max: number): boolean {
    this.release(holder);
    const count = this.counts.get(key) ?? 0;
    if (count >= max) return false;
    this.counts.set(key, count + 1);
    (holder as SlotHolder)[this.slotKey] = key;
    return true;
  }

  isHeldBy(holder: object): boolean {
    return (holder as SlotHolder)[this.slotKey] !== undefined;
  }

  /** Releases the holder's slot, if it has one. @returns the key of that slot. */
  release(holder: object): string | undefined {
    const key = (holder as SlotHolder)[this.slotKey];
    if (key === undefined) return undefined;
    (holder as SlotHolder)[this.slotKey] = undefined;
    const remaining = (this.counts.get(key) ?? 0) - 1;
    if (remaining > 0) this.counts.set(key, remaining);
    else this.counts.delete(key);
    return key;
  }
}
