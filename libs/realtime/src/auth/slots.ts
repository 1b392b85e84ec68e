/** Places that are taken before anything is awaited, so that many who come at once cannot all find the last one free. */

export class Slots {
  private readonly taken = new Map<string, number>();

  /** The function that gives the place back, once, or null where `max` are taken. */
  take(key: string, max: number): (() => void) | null {
    const count = this.taken.get(key) ?? 0;
    if (count >= max) return null;
    this.taken.set(key, count + 1);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      const left = (this.taken.get(key) ?? 0) - 1;
      if (left > 0) this.taken.set(key, left);
      else this.taken.delete(key);
    };
  }
}
