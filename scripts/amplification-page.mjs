// Writes docs/amplification.md: what each command makes a running server send.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './build-if-needed.mjs';

const { status } = spawnSync(process.execPath, [join(root, 'scripts/test.mjs'), 'amplification/amplification'], {
  cwd: root,
  env: { ...process.env, WRITE: '1' },
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
