// Writes docs/api/openapi.json: the document of the HTTP API in OpenAPI, from the controllers and their types.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../build-if-needed.mjs';

const jest = join(root, 'node_modules/jest/bin/jest.js');
const { status } = spawnSync(process.execPath, [jest, '--selectProjects', 'unit', '--', 'contracts/api-document'], {
  cwd: root,
  env: { ...process.env, WRITE: '1' },
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
