/** ServerLock: one holder per data directory, and takeover of the lock of a dead holder. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { ServerLock } from './server-lock';

let folder: string;
const lockFile = (): string => join(folder, 'server.lock');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aeturnis-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const deadPid = (): number => spawnSync(process.execPath, ['--version']).pid;

describe('ServerLock', () => {
  it('refuses a second holder with the name of the first, and can be acquired after its release', async () => {
    const lock = await ServerLock.acquire(folder);
    await expect(ServerLock.acquire(folder)).rejects.toThrow(
      `The data folder ${folder} is used by another server (pid ${process.pid}). Stop it, or set DATA_DIR to another folder.`,
    );
    lock.release();
    (await ServerLock.acquire(folder)).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ['a process that has ended', () => JSON.stringify({ pid: deadPid() })],
    ['an earlier process with the same id', () => JSON.stringify({ pid: process.pid, startedAt: 'before' })],
    ['an empty file', () => ''],
  ])('can be taken over from %s', async (_, content) => {
    writeFileSync(lockFile(), content());
    const lock = await ServerLock.acquire(folder);
    expect(JSON.parse(readFileSync(lockFile(), 'utf8'))).toMatchObject({ pid: process.pid });
    lock.release();
  });

  it('can be taken over after a process was killed during a takeover', async () => {
    writeFileSync(lockFile(), JSON.stringify({ pid: deadPid() }));
    writeFileSync(`${lockFile()}.takeover`, JSON.stringify({ pid: deadPid() }));
    (await ServerLock.acquire(folder)).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('has one holder after many concurrent takeovers', async () => {
    writeFileSync(lockFile(), JSON.stringify({ pid: deadPid() }));
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => ServerLock.acquire(folder)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('release: does not remove the lock of another holder', async () => {
    const lock = await ServerLock.acquire(folder);
    writeFileSync(lockFile(), '{"pid":1}');
    lock.release();
    expect(readFileSync(lockFile(), 'utf8')).toBe('{"pid":1}');
  });
});
