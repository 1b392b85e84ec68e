/** Thrown by a guard where a command over its limit is to be dropped in silence; one object, because floods are frequent. */

class Dropped extends Error {
  constructor() {
    super('dropped');
    this.name = 'Dropped';
  }
}

export const DROPPED = new Dropped();
