/** Places that are taken before anything is awaited, so that many who come at once cannot all find the last one free. */

export class Slots {
  private readonly taken = new Map<string, number>();
  /** One place each. */
  private readonly held = new Map<object, string>();

  /** Gives the holder a place among those of `key`, instead of the one it may have had; false where `max` are taken. */
  take(holder: object, key: string, max: number): boolean {
    this.release(holder);
    const count = this.taken.get(key) ?? 0;
    if (count >= max) return false;
    this.taken.set(key, count + 1);
    this.held.set(holder, key);
    return true;
  }

  /** Gives its place back, if it has one. */
  release(holder: object): void {
    const key = this.held.get(holder);
    if (key === undefined) return;
    this.held.delete(holder);
    const left = (this.taken.get(key) ?? 0) - 1;
    if (left > 0) this.taken.set(key, left);
    else this.taken.delete(key);
  }
}
