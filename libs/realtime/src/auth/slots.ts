/** Places that are taken before anything is awaited, so that many who come at once cannot all find the last one free. */

/** It knows the place that it holds: a table of all of them would be as large as the crowd. */
type Holder = { [place: symbol]: string | undefined };

export class Slots {
  private readonly taken = new Map<string, number>();
  /** Under which a holder has its place, of which there is one. */
  private readonly place = Symbol('place');

  /** Gives the holder a place among those of `key`, instead of the one it may have had; false where `max` are taken. */
  take(holder: object, key: string, max: number): boolean {
    this.release(holder);
    const count = this.taken.get(key) ?? 0;
    if (count >= max) return false;
    this.taken.set(key, count + 1);
    (holder as Holder)[this.place] = key;
    return true;
  }

  holds(holder: object): boolean {
    return (holder as Holder)[this.place] !== undefined;
  }

  /** Gives its place back, if it has one. @returns under which key it had it. */
  release(holder: object): string | undefined {
    const key = (holder as Holder)[this.place];
    if (key === undefined) return undefined;
    (holder as Holder)[this.place] = undefined;
    const left = (this.taken.get(key) ?? 0) - 1;
    if (left > 0) this.taken.set(key, left);
    else this.taken.delete(key);
    return key;
  }
}
