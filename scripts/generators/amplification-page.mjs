// Writes docs/amplification.md: how much a running server sends for each command.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../build-if-needed.mjs';

const { status } = spawnSync(process.execPath, [join(root, 'scripts/tests/test.mjs'), 'amplification/amplification'], {
  cwd: root,
  env: { ...process.env, WRITE: '1' },
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
