// Loads `.env` into the environment, if the file exists; variables that are already set keep their values.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './build-if-needed.mjs';

export function loadSettings() {
  const file = join(root, '.env');
  if (existsSync(file)) process.loadEnvFile(file);
}
