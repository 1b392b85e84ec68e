/** How much, and how long, the journal keeps, derived from the configuration. */
import type { AppConfig } from '@aeturnis/platform';
import type { RecoveryBounds } from './recovery-store';

/** What three nodes may have held during an outage comes within a second, before a fourth may hear again. */
const LOG_EVENTS = 40_000;
const SLACK_MS = 60_000;

export function recoveryBounds(
  config: Pick<
    AppConfig,
    'recoveryWindowMs' | 'recoveryMaxEvents' | 'sessionsPerUser' | 'pingIntervalMs' | 'pingTimeoutMs'
  >,
): RecoveryBounds {
  const { recoveryWindowMs, recoveryMaxEvents, pingIntervalMs, pingTimeoutMs } = config;
  return {
    maxEvents: recoveryMaxEvents,
    logEvents: LOG_EVENTS,
    sessionsPerUser: config.sessionsPerUser,
    awayKeepMs: recoveryWindowMs,
    // A session lives for the window after its end was noticed, which for a half-open connection takes the ping timeout.
    roomKeepMs: 2 * recoveryWindowMs + pingIntervalMs + pingTimeoutMs + SLACK_MS,
  };
}
