// Reads `.env` into the environment where there is one; what is set already stays.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './build-if-needed.mjs';

export function loadSettings() {
  const file = join(root, '.env');
  if (existsSync(file)) process.loadEnvFile(file);
}
