/** The examples of the README work as printed, repeatedly, and report errors in one line. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../support/free-port';
import { uniqueCharacterName } from '../support/clients/client';
import { createTemporaryFolder } from '../support/environment';
import { usePrivateServer } from '../support/servers/private-server';

const ROOT = join(__dirname, '..', '..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const [, CLIENT = ''] = /```js\n([\s\S]*?)```/.exec(README) ?? [];

const server = usePrivateServer();
let folder: string;

beforeAll(async () => {
  // Inside `node_modules`, so that its imports are resolved.
  folder = mkdtempSync(join(ROOT, 'node_modules', '.cache-readme-'));
  writeFileSync(join(folder, 'player.mjs'), CLIENT);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
});

async function play(settings: Record<string, string>): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { PATH: process.env['PATH'], SERVER: server.url, ...settings };
  return promisify(execFile)(process.execPath, [join(folder, 'player.mjs')], { env }).then(
    (output) => ({ code: 0, ...output }),
    (error: unknown) => error as { code: number; stdout: string; stderr: string },
  );
}

describe('the client of the README', () => {
  it('has at most as many lines as the README says', () => {
    expect(README).toContain('## A client in thirty lines');
    expect(CLIENT.split('\n').filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(30);
  });

  it('connects, selects, moves and chats on every run', async () => {
    for (const run of ['first', 'second']) {
      const { code, stdout, stderr } = await play({});
      expect([run, code, stderr]).toEqual([run, 0, '']);
      expect(stdout).toMatch(/^Aldara \S+ stands in starting_village/);
      expect(stdout).toContain('accepted: true');
      expect(stdout).toMatch(/^Aldara \S+: Hello, world$/m);
    }
  });

  it('reports a taken name in one line', async () => {
    const HERO = uniqueCharacterName();
    expect(await play({ HERO })).toMatchObject({ code: 0 });
    expect(await play({ HERO })).toMatchObject({
      code: 1,
      stdout: '',
      stderr: '/api/characters: NAME_TAKEN, This name is taken\n',
    });
  });

  it('reports in one line that no server answers', async () => {
    const SERVER = `http://127.0.0.1:${await freePort()}`;
    expect(await play({ SERVER })).toMatchObject({
      code: 1,
      stdout: '',
      stderr: `No answer from ${SERVER} (ECONNREFUSED). Start the server with: npm start\n`,
    });
  });
});

it('the secrets of the README are written once, also when the command is run again', () => {
  const [, command = ''] = /```\n(grep [\s\S]*?)\ndocker-compose up/.exec(README) ?? [];
  const cwd = createTemporaryFolder();
  const written = ['first', 'second'].map(() => {
    execFileSync('sh', ['-c', command], { cwd });
    return readFileSync(join(cwd, '.env'), 'utf8');
  });
  expect(written[0]).toMatch(/^POSTGRES_PASSWORD='[0-9a-f]{48}'\nJWT_SECRET='[0-9a-f]{64}'\n$/);
  expect(written[1]).toBe(written[0]);
});
