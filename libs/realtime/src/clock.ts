/** The time, as something that tests can replace. */
import { Injectable } from '@nestjs/common';

@Injectable()
export class Clock {
  /** Milliseconds since 1970. */
  now(): number {
    return Date.now();
  }
}
