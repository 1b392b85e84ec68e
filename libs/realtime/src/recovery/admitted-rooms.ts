/** Rooms that users who are away have been admitted to, for as long as these may come back: nobody may skip them. */

const MAX_ROOMS = 100_000;

export class AdmittedRooms {
  private readonly until = new Map<string, number>();
  /** Past the bound every room counts as admitted for that long: an event for nobody costs less than one that is missed. */
  private allUntil = 0;

  constructor(private readonly most = MAX_ROOMS) {}

  get size(): number {
    return this.until.size;
  }

  add(room: string, until: number): void {
    if (this.until.size < this.most || this.until.has(room)) this.until.set(room, until);
    else this.allUntil = Math.max(this.allUntil, until);
  }

  has(room: string, now: number): boolean {
    return (this.until.get(room) ?? 0) > now || this.allUntil > now;
  }

  removeExpired(now: number): void {
    for (const [room, until] of this.until) if (until <= now) this.until.delete(room);
  }
}
