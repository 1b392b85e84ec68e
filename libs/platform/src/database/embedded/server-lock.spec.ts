/** The lock of a data folder: one holder, and none that is dead. */
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
  it('names the holder to whoever comes second, and is free again after the release', async () => {
    const lock = await ServerLock.acquire(folder);
    await expect(ServerLock.acquire(folder)).rejects.toThrow(
      `The data folder ${folder} is used by another server (pid ${process.pid}). Stop it, or give this one a DATA_DIR of its own.`,
    );
    lock.release();
    (await ServerLock.acquire(folder)).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ['a process that has ended', () => JSON.stringify({ pid: deadPid() })],
    ['an earlier process with the same id', () => JSON.stringify({ pid: process.pid, startedAt: 'before' })],
    ['nobody', () => ''],
  ])('is taken from %s', async (_, content) => {
    writeFileSync(lockFile(), content());
    const lock = await ServerLock.acquire(folder);
    expect(JSON.parse(readFileSync(lockFile(), 'utf8'))).toMatchObject({ pid: process.pid });
    lock.release();
  });

  it('is taken although the one who was about to take it was killed', async () => {
    writeFileSync(lockFile(), JSON.stringify({ pid: deadPid() }));
    writeFileSync(`${lockFile()}.takeover`, JSON.stringify({ pid: deadPid() }));
    (await ServerLock.acquire(folder)).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('has one holder when many take it from the dead at once', async () => {
    writeFileSync(lockFile(), JSON.stringify({ pid: deadPid() }));
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => ServerLock.acquire(folder)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('leaves a lock alone that is no longer its own', async () => {
    const lock = await ServerLock.acquire(folder);
    writeFileSync(lockFile(), '{"pid":1}');
    lock.release();
    expect(readFileSync(lockFile(), 'utf8')).toBe('{"pid":1}');
  });
});
