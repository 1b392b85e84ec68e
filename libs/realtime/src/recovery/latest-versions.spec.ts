/** The latest versions that a node without Redis keeps: bounded in number and in time. */
import { LatestVersions } from './latest-versions';
import { VERSION_KEEP_MS } from './recovery-store';

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

it('removes each key after its own time', () => {
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
