/** Writes .env.example from the list of variables. */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { buildIfNeeded } from '../build-if-needed.mjs';

await buildIfNeeded();
const { envExample } = createRequire(import.meta.url)('../../dist/libs/platform/src/config/env-example.js');
writeFileSync('.env.example', envExample());
