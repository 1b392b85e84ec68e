/** Short numbers for those who are in a zone. One that was given back is not given again soon: some may not know yet. */
const MAX = 65_536;

export class Numbers {
  private readonly taken = new Set<number>();
  private next = 0;

  take(): number {
    if (this.taken.size === MAX) throw new Error(`a zone holds no more than ${MAX}`);
    while (this.taken.has(this.next)) this.next = (this.next + 1) % MAX;
    const number = this.next;
    this.taken.add(number);
    this.next = (number + 1) % MAX;
    return number;
  }

  giveBack(number: number): void {
    this.taken.delete(number);
  }
}
