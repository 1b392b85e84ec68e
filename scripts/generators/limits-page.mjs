// Writes docs/limits.md from the contracts and the routes of a running server.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../build-if-needed.mjs';

const { status } = spawnSync(process.execPath, [join(root, 'scripts/tests/test.mjs'), 'security/policies/policies'], {
  cwd: root,
  env: { ...process.env, WRITE: '1' },
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
