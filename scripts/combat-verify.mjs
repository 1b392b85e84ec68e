// Verifies a finished fight: `npm run combat:verify -- history.json [more pages]`, each file with one ack of `combat:history`.
// Exits with 1 if the fight differs from its replay. Docs: docs/combat.md#verification.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { digests } from './combat-digests.mjs';
import { verifyHistory } from './combat-verifier.mjs';

const require = createRequire(import.meta.url);
require('../test/support/typescript.cjs');
const rules = require('../libs/combat-rules/src/index.ts');

const files = process.argv.slice(2);
try {
  if (files.length === 0) throw new Error('Usage: npm run combat:verify -- history.json [more pages]');
  const checks = verifyHistory(files.map(readPage), rules, digests);
  for (const { title, problem } of checks) console.log(problem === undefined ? `✓ ${title}` : `✗ ${title}: ${problem}`);
  if (checks.some(({ problem }) => problem !== undefined)) throw new Error('Not verified: see above.');
  console.log('Verified: seeds, setup and inputs lead to exactly this fight.');
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

function readPage(file) {
  try {
    // npm changes the working directory.
    const bytes = readFileSync(resolve(process.env.INIT_CWD ?? '.', file));
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new Error(`Not verified: ${file} cannot be read as JSON: ${error.message}`);
  }
}
