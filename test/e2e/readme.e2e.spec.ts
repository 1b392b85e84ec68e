/** What the README shows works as it stands there, any number of times, and says what is wrong where it does not. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { RunningServer } from '../../apps/server/src/server';
import { freePort } from '../other-app/raid-app';
import { uniqueCharacterName } from '../support/client';
import { temporaryFolder } from '../support/environment';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres';
import { startTestServer } from '../support/server';

const ROOT = join(__dirname, '..', '..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const [, CLIENT = ''] = /```js\n([\s\S]*?)```/.exec(README) ?? [];

let database: TestDatabase;
let server: RunningServer;
let folder: string;

beforeAll(async () => {
  database = await createMigratedDatabase();
  server = await startTestServer({ DATABASE_URL: database.url });
  // Beside the packages that it imports.
  folder = mkdtempSync(join(ROOT, 'node_modules', '.cache-readme-'));
  writeFileSync(join(folder, 'player.mjs'), CLIENT);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await server.close();
  await database.drop();
});

async function play(settings: Record<string, string>): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { PATH: process.env['PATH'], SERVER: server.url, ...settings };
  return promisify(execFile)(process.execPath, [join(folder, 'player.mjs')], { env }).then(
    (printed) => ({ code: 0, ...printed }),
    (error: unknown) => error as { code: number; stdout: string; stderr: string },
  );
}

describe('the client of the README', () => {
  it('has as many lines as the README says, at most', () => {
    expect(README).toContain('## A client in thirty lines');
    expect(CLIENT.split('\n').filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(30);
  });

  it('connects, selects, moves and chats, each time that it is run', async () => {
    for (const run of ['first', 'second']) {
      const { code, stdout, stderr } = await play({});
      expect([run, code, stderr]).toEqual([run, 0, '']);
      expect(stdout).toMatch(/^Aldara \S+ stands in starting_village/);
      expect(stdout).toContain('accepted: true');
      expect(stdout).toMatch(/^Aldara \S+: Hello, world$/m);
    }
  });

  it('says in one line that a name is taken', async () => {
    const HERO = uniqueCharacterName();
    expect(await play({ HERO })).toMatchObject({ code: 0 });
    expect(await play({ HERO })).toMatchObject({
      code: 1,
      stdout: '',
      stderr: '/api/characters: NAME_TAKEN, This name is taken\n',
    });
  });

  it('says in one line that no server answers', async () => {
    const SERVER = `http://127.0.0.1:${await freePort()}`;
    expect(await play({ SERVER })).toMatchObject({
      code: 1,
      stdout: '',
      stderr: `No answer from ${SERVER} (ECONNREFUSED). Start the server with: npm start\n`,
    });
  });
});

it('the secrets of the README are written once, however often the command is run', () => {
  const [, command = ''] = /```\n(grep [\s\S]*?)\ndocker-compose up/.exec(README) ?? [];
  const cwd = temporaryFolder();
  const written = ['first', 'second'].map(() => {
    execFileSync('sh', ['-c', command], { cwd });
    return readFileSync(join(cwd, '.env'), 'utf8');
  });
  expect(written[0]).toMatch(/^POSTGRES_PASSWORD='[0-9a-f]{48}'\nJWT_SECRET='[0-9a-f]{64}'\n$/);
  expect(written[1]).toBe(written[0]);
});
