/**
 * All nodes go by the clock of the database they share. Stored times and times of other nodes (tokens, bans, expiry, ticks,
 * where monsters stand) then compare with `Clock.now()`, whatever the clock of this machine says.
 */
import { Injectable } from '@nestjs/common';
import { Database } from '@aeturnis/platform';
import { SharedClock } from '@aeturnis/realtime';

@Injectable()
export class SharedTime {
  constructor(database: Database, clock: SharedClock) {
    // Before the database connects: its clock is read before the first client is admitted.
    database.onTime(({ databaseMs, askedAt, answeredAt }) =>
      clock.observe({ sharedMs: databaseMs, askedAt, answeredAt }),
    );
  }
}
