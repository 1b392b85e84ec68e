/**
 * The budget of bytes that are replayed from the journal to one user. Without it, a client that resumes from the same old
 * offset again and again would cause the full cost every time.
 */
import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { Clock } from '../base/clock';
import { ByteBudget } from './byte-budget';

const WINDOW_MS = 60_000;
/** In units of `MAX_WRITE_BUFFER_BYTES`, the most that one resume reads. */
const REPLAYS_PER_WINDOW = 3;
const REPLAYS_AT_ONCE = 4;

@Injectable()
export class ReplayBudget extends ByteBudget {
  constructor(@Inject(APP_CONFIG) config: Pick<AppConfig, 'hasLimits' | 'maxWriteBufferBytes'>, clock: Clock) {
    const { maxWriteBufferBytes: maxReplayBytes } = config;
    const [limit, burst] = [REPLAYS_PER_WINDOW * maxReplayBytes, REPLAYS_AT_ONCE * maxReplayBytes];
    super({ name: 'recovery:replay-bytes', limit, windowMs: WINDOW_MS, burst }, config, clock);
  }
}
