// Writes docs/events: the event document in AsyncAPI, from the contracts, and the page that shows it.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../build-if-needed.mjs';

const jest = join(root, 'node_modules/jest/bin/jest.js');
for (const step of ['contracts/event-document', 'contracts/events-page']) {
  const { status } = spawnSync(process.execPath, [jest, '--selectProjects', 'unit', '--', step], {
    cwd: root,
    env: { ...process.env, WRITE: '1' },
    stdio: 'inherit',
  });
  process.exitCode ||= status ?? 1;
}
