/** What the README shows works as it stands there. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { uniqueCharacterName } from '../support/client';
import { createMigratedDatabase } from '../support/postgres';
import { startTestServer } from '../support/server';

const ROOT = join(__dirname, '..', '..');

it('the client of the README connects, selects, moves and chats', async () => {
  const [, source = ''] = /```js\n([\s\S]*?)```/.exec(readFileSync(join(ROOT, 'README.md'), 'utf8')) ?? [];
  expect(source.split('\n').filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(20);
  const database = await createMigratedDatabase();
  const server = await startTestServer({ DATABASE_URL: database.url });
  const folder = mkdtempSync(join(ROOT, 'node_modules', '.cache-readme-'));
  try {
    const file = join(folder, 'player.mjs');
    writeFileSync(file, source);
    const hero = uniqueCharacterName();
    const { stdout } = await promisify(execFile)(process.execPath, [file], {
      env: { ...process.env, SERVER: server.url, HERO: hero },
    });
    expect(stdout).toContain(`${hero} stands in starting_village`);
    expect(stdout).toContain('accepted: true');
    expect(stdout).toContain(`${hero}: Hello, world`);
  } finally {
    rmSync(folder, { recursive: true });
    await server.close();
    await database.drop();
  }
});
