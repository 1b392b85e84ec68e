/**
 * Synchronises the clock of this node with the database, whose clock all nodes use. `Clock.now()` is then comparable with stored
 * times and times of other nodes (tokens, bans, ticks, monster positions), even if the clock of this machine is wrong.
 */
import { Injectable } from '@nestjs/common';
import { Database } from '@aeturnis/platform';
import { SharedClock } from '@aeturnis/realtime';

@Injectable()
export class DatabaseClockSync {
  constructor(database: Database, clock: SharedClock) {
    // Registered before the database connects, so that its clock is read before the first client is admitted.
    database.onTime(({ databaseMs, askedAt, answeredAt }) =>
      clock.observe({ sharedMs: databaseMs, askedAt, answeredAt }),
    );
  }
}
