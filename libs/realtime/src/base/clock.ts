/** The clock of the server, injected so that tests can replace it. */
import { Injectable } from '@nestjs/common';

@Injectable()
export class Clock {
  /** Milliseconds since 1970. */
  now(): number {
    return Date.now();
  }
}
