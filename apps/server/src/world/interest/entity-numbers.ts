/** Short numbers for the entities of a zone. A released number is reused late: clients may still know its old owner. */
const MAX_ENTITIES = 65_536;

export class EntityNumbers {
  private readonly allocated = new Set<number>();
  private next = 0;

  allocate(): number {
    if (this.allocated.size === MAX_ENTITIES) throw new Error(`zone holds no more than ${MAX_ENTITIES} entities`);
    while (this.allocated.has(this.next)) this.next = (this.next + 1) % MAX_ENTITIES;
    const number = this.next;
    this.allocated.add(number);
    this.next = (number + 1) % MAX_ENTITIES;
    return number;
  }

  release(number: number): void {
    this.allocated.delete(number);
  }
}
