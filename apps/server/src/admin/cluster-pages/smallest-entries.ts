/** Selects the entries with the smallest keys after a cursor in one pass, so that a page costs no sort of everything. */

export class SmallestEntries<Entry> {
  private readonly byKey = new Map<string, Entry>();
  /** The keys of the entries, in ascending order. */
  private readonly keys: string[] = [];

  /** @param after only larger keys are selected. */
  constructor(
    private readonly limit: number,
    private readonly after = '',
  ) {}

  /** Whether `put` would select an entry with this key now. A key that is not admitted once is never admitted later. */
  admits(key: string): boolean {
    return key > this.after && (this.keys.length < this.limit || key <= (this.keys.at(-1) ?? ''));
  }

  /** @param merge receives the selected entry of the same key, if there is one, and returns the new one. */
  put(key: string, merge: (known: Entry | undefined) => Entry): void {
    if (!this.admits(key)) return;
    const known = this.byKey.get(key);
    if (known === undefined) this.insert(key);
    this.byKey.set(key, merge(known));
  }

  /** In ascending order of their keys. */
  toArray(): Entry[] {
    return this.keys.map((key) => this.byKey.get(key) as Entry);
  }

  private insert(key: string): void {
    const { keys } = this;
    let [low, high] = [0, keys.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((keys[middle] ?? '') < key) low = middle + 1;
      else high = middle;
    }
    keys.splice(low, 0, key);
    if (keys.length > this.limit) this.byKey.delete(keys.pop() ?? '');
  }
}
