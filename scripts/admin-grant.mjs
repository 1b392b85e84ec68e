// Makes a user an administrator, whether or not the server is running: npm run admin:grant -- <user>
import { createRequire } from 'node:module';
import { Logger } from '@nestjs/common';
import { buildIfNeeded } from './build-if-needed.mjs';
import { endWithLauncher } from './launcher.mjs';
import { loadSettings } from './settings.mjs';

const [name, ...rest] = process.argv.slice(2);

async function grant() {
  endWithLauncher();
  loadSettings();
  buildIfNeeded();
  Logger.overrideLogger(['warn', 'error']);
  const { adminGrant } = createRequire(import.meta.url)('../dist/apps/server/src/admin-grant.js');
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => ending.abort());
  console.log(await adminGrant(name, undefined, ending.signal));
}

if (name === undefined || rest.length > 0) {
  console.error('Usage: npm run admin:grant -- <user>');
  process.exitCode = 2;
} else {
  grant().catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
