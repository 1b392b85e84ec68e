/**
 * Bytes that are read from the journal for one user who comes back: naming one old offset again and again would make every
 * return as dear as the first.
 */
import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { Clock } from '../clock';
import { ByteBudget } from './byte-budget';

const WINDOW_MS = 60_000;
/** In parts of `MAX_WRITE_BUFFER_BYTES`, which is what one return reads at most. */
const PARTS_PER_WINDOW = 3;
const PARTS_AT_ONCE = 4;

@Injectable()
export class ReplayBudget extends ByteBudget {
  constructor(@Inject(APP_CONFIG) config: Pick<AppConfig, 'limitsOn' | 'maxWriteBufferBytes'>, clock: Clock) {
    const { maxWriteBufferBytes: part } = config;
    const [limit, burst] = [PARTS_PER_WINDOW * part, PARTS_AT_ONCE * part];
    super({ name: 'recovery:replay-bytes', limit, windowMs: WINDOW_MS, burst }, config, clock);
  }
}
