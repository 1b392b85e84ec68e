/** `LocalSessions` bounds the ended sessions that wait for an unreachable store. */
import { setTimeout as delay } from 'node:timers/promises';
import { LocalSessions } from './local-sessions';
import type { StoredSession, ResumeStore, SessionSave } from '../stores/resume-store';
import { type RoomIntervals, SessionRooms } from './session-rooms';

const COUNT = 10_050;

it('keeps the rooms of the latest 10,000 ended sessions, and stores older ones as not resumable', async () => {
  let isReachable = false;
  const stored = new Map<string, StoredSession>();
  const store = {
    keepsLiveRooms: false,
    save: (saves: readonly SessionSave[]) => {
      if (!isReachable) return Promise.reject(new Error('away'));
      for (const { session } of saves) stored.set(session.pid, session);
      return Promise.resolve(saves.map(() => 'saved'));
    },
  } as unknown as ResumeStore;
  const position = { epoch: 'epoch', n: 5 };
  const hooks = { onFenced: () => undefined, onSaveResult: () => undefined };
  const bounds = { windowMs: 60_000, maxRooms: 100 };
  const sessions = new LocalSessions(
    store,
    bounds,
    () => position,
    hooks,
    () => 0,
  );
  for (let n = 0; n < COUNT; n++) {
    const rooms = SessionRooms.of(new Map<string, RoomIntervals>([['room', [0, 0]]]));
    const identity = { pid: `${n}`, owner: 'a:1', socketId: `${n}`, userId: `${n}`, login: '' };
    sessions.begin({ ...identity, rooms, isNew: true });
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
