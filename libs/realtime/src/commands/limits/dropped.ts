/** Thrown by a guard to drop a command over its limit silently; a single object, because floods are frequent. */

class Dropped extends Error {
  constructor() {
    super('dropped');
    this.name = 'Dropped';
  }
}

export const DROPPED = new Dropped();
