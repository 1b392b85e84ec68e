// Writes docs/authorisation.md from the authorisation matrix in test/security/matrix.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../build-if-needed.mjs';

const jest = join(root, 'node_modules/jest/bin/jest.js');
const { status } = spawnSync(process.execPath, [jest, '--selectProjects', 'unit', '--', 'matrix/page'], {
  cwd: root,
  env: { ...process.env, WRITE: '1' },
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
