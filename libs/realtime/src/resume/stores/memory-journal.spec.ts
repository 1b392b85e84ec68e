/** `RoomLog` and `LatestVersions` are bounded; a read that needs removed entries answers null. */
import { RoomLog, LatestVersions } from './memory-journal';
import { VERSION_KEEP_MS } from './resume-store';

const fill = (log: RoomLog, count: number, bytes: number): void => {
  for (let n = 1; n <= count; n++) log.add({ n, payload: 'x'.repeat(bytes) }, 0);
};

it('keeps at least the configured number of entries', () => {
  const log = new RoomLog(10);
  fill(log, 100, 1);
  expect(log.after(90)?.map(({ n }) => n)).toEqual([91, 92, 93, 94, 95, 96, 97, 98, 99, 100]);
  expect(log.after(10)).toBeNull();
});

it('keeps fewer large entries, and answers null for removed ones', () => {
  const log = new RoomLog(1_000, 1_000);
  fill(log, 100, 100);
  expect(log.after(99)?.map(({ n }) => n)).toEqual([100]);
  expect(log.after(80)).toBeNull();
  expect(log.after(100)).toEqual([]);
});

it('evicts the keys whose versions were recorded longest ago', () => {
  const versions = new LatestVersions(100);
  const check = (key: string, version: number): boolean =>
    versions.checkAndRecord({ key, version, dedupKey: 'online' }, 0);
  for (let n = 0; n < 1_000; n++) {
    check(`user ${n}`, 1);
    check('busy', n + 1);
  }
  expect(versions.size).toBe(100);
  expect([check('user 999', 1), check('busy', 1), check('user 0', 1)]).toEqual([true, true, false]);
});

it('removes each key after its own expiry', () => {
  const versions = new LatestVersions();
  versions.checkAndRecord({ key: 'short', version: 1, keepMs: 1_000 }, 0);
  versions.checkAndRecord({ key: 'long', version: 1 }, 0);
  versions.removeExpired(999);
  expect(versions.size).toBe(2);
  versions.removeExpired(1_000);
  expect(versions.size).toBe(1);
  versions.removeExpired(VERSION_KEEP_MS);
  expect(versions.size).toBe(0);
});
