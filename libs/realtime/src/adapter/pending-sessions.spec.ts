/** Sessions opened by polling that never go on: how many there may be, and for how long. */
import type { ConnectionGuard } from './connection-guard';
import { PendingSessions } from './pending-sessions';

const TIMEOUT_MS = 10_000;
const MAX = 2_000;

let ended: number[] = [];
beforeEach(() => (ended = []));

const session = (n: number, { admitted = false, waitingSince = 0 } = {}): ConnectionGuard =>
  ({
    admitted,
    waitingSince,
    connection: { readyState: 'open' },
    end: () => void ended.push(n),
  }) as unknown as ConnectionGuard;

it('sessions beyond the bound of the node: the oldest ones end', () => {
  const sessions = new PendingSessions(TIMEOUT_MS);
  for (let n = 0; n < MAX + 3; n++) sessions.add(session(n));
  expect(ended).toEqual([0, 1, 2]);
});

it('sessions that were admitted meanwhile: count no more, and do not end', () => {
  const sessions = new PendingSessions(TIMEOUT_MS);
  for (let n = 0; n < MAX; n++) sessions.add(session(n, { admitted: n % 2 === 0 }));
  for (let n = 0; n < MAX / 2; n++) sessions.add(session(MAX + n));
  expect(ended).toEqual([]);
  sessions.add(session(2 * MAX));
  expect(ended).toEqual([1]);
});

it('a session that is not admitted: ends after half the time that a WebSocket has', () => {
  const sessions = new PendingSessions(TIMEOUT_MS);
  sessions.add(session(1, { waitingSince: 1_000 }));
  sessions.add(session(2, { admitted: true }));
  sessions.look(1_000 + TIMEOUT_MS / 2);
  expect(ended).toEqual([]);
  sessions.look(1_001 + TIMEOUT_MS / 2);
  expect(ended).toEqual([1]);
});
