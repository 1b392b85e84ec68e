/** The number and the lifetime of polling sessions that are never admitted. */
import type { ConnectionGuard } from './connection-guard';
import { PendingSessions } from './pending-sessions';

const TIMEOUT_MS = 10_000;
const MAX = 2_000;

let ended: number[] = [];
beforeEach(() => (ended = []));

const session = (n: number, { isAdmitted = false, unadmittedSince = 0 } = {}): ConnectionGuard =>
  ({
    isAdmitted,
    unadmittedSince,
    connection: { readyState: 'open' },
    end: () => void ended.push(n),
  }) as unknown as ConnectionGuard;

it('pending sessions: beyond the maximum of the node, the oldest ones are ended', () => {
  const sessions = new PendingSessions(TIMEOUT_MS);
  for (let n = 0; n < MAX + 3; n++) sessions.add(session(n));
  expect(ended).toEqual([0, 1, 2]);
});

it('pending sessions: a session that was admitted does not count and is not ended', () => {
  const sessions = new PendingSessions(TIMEOUT_MS);
  for (let n = 0; n < MAX; n++) sessions.add(session(n, { isAdmitted: n % 2 === 0 }));
  for (let n = 0; n < MAX / 2; n++) sessions.add(session(MAX + n));
  expect(ended).toEqual([]);
  sessions.add(session(2 * MAX));
  expect(ended).toEqual([1]);
});

it('pending sessions: a session that is not admitted is ended after half the connect timeout', () => {
  const sessions = new PendingSessions(TIMEOUT_MS);
  sessions.add(session(1, { unadmittedSince: 1_000 }));
  sessions.add(session(2, { isAdmitted: true }));
  sessions.endExpired(1_000 + TIMEOUT_MS / 2);
  expect(ended).toEqual([]);
  sessions.endExpired(1_001 + TIMEOUT_MS / 2);
  expect(ended).toEqual([1]);
});
