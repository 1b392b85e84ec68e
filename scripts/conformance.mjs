// Judges a client program in any language: `npm run conformance -- python3 my_client.py`. See docs/conformance.md.
import { createRequire } from 'node:module';
import { buildIfNeeded } from './build-if-needed.mjs';
import { endWithLauncher } from './launcher.mjs';

if (process.argv.length < 3) {
  console.error('Usage: npm run conformance -- <command that starts the client>; see docs/conformance.md');
  process.exit(2);
}
endWithLauncher();
buildIfNeeded();
const require = createRequire(import.meta.url);
require('../test/support/typescript.cjs');
require('../test/client-conformance/conformance-program.ts');
