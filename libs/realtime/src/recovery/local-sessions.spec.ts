/** Sessions whose sockets go while the store is away wait for it: with their rooms only so many, the others as not recoverable. */
import { setTimeout as delay } from 'node:timers/promises';
import { LocalSessions } from './local-sessions';
import type { RecoverySession, RecoveryStore, SessionSave } from './recovery-store';
import type { Spans } from './room-spans';
import { SessionRooms } from './session-rooms';

const COUNT = 10_050;

it('keeps the rooms of the latest ten thousand, and stores the others as sessions that cannot be recovered', async () => {
  let isReachable = false;
  const stored = new Map<string, RecoverySession>();
  const store = {
    keeps: false,
    save: (saves: readonly SessionSave[]) => {
      if (!isReachable) return Promise.reject(new Error('away'));
      for (const { session } of saves) stored.set(session.pid, session);
      return Promise.resolve(saves.map(() => 'saved'));
    },
  } as unknown as RecoveryStore;
  const position = { epoch: 'epoch', n: 5 };
  const hooks = { fenced: () => undefined, saved: () => undefined };
  const bounds = { windowMs: 60_000, maxRooms: 100 };
  const sessions = new LocalSessions(
    store,
    bounds,
    () => position,
    hooks,
    () => 0,
  );
  for (let n = 0; n < COUNT; n++) {
    const rooms = SessionRooms.of(new Map<string, Spans>([['room', [0, 0]]]));
    const names = { pid: `${n}`, owner: 'a:1', socketId: `${n}`, userId: `${n}`, login: '' };
    sessions.begin({ ...names, rooms, fresh: true });
    void sessions.suspend(`${n}`);
  }
  await delay(10);
  isReachable = true;
  while (stored.size < COUNT) await delay(50);
  sessions.close();
  const lost = [...stored.values()].filter(({ epoch }) => epoch === '');
  expect(lost.map(({ pid }) => pid).sort()).toEqual(Array.from({ length: 50 }, (_, n) => `${n}`).sort());
  expect(lost.every(({ rooms }) => [...rooms].length === 0)).toBe(true);
  expect([...(stored.get('50')?.rooms ?? [])]).toEqual([['room', [0, 0]]]);
});
