// Runs all checks that need no running service. Every step runs, even after a failure, so one run shows all problems.
// With arguments, runs only the named steps: `npm run check -- lint types`.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './build-if-needed.mjs';
import { migrationsMatchSchema } from './migration-drift.mjs';
import { vocabularyIsClean } from './vocabulary.mjs';

const nodeTool = (path, ...args) => {
  const { status } = spawnSync(process.execPath, [join(root, 'node_modules', path), ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  return status === 0;
};

/** The server with everything around it; the client without a browser or Node.js; what it has for its platforms; the playground. */
const TYPE_CHECKED = [
  '.',
  'libs/client/tsconfig.core.json',
  ...['browser', 'react', 'react-native'].map((platform) => `libs/client/src/${platform}`),
  'apps/playground',
];

const steps = {
  format: () => nodeTool('prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'),
  lint: () => nodeTool('eslint/bin/eslint.js', '.', '--max-warnings', '0'),
  types: () => TYPE_CHECKED.every((project) => nodeTool('typescript/bin/tsc', '--noEmit', '-p', project)),
  architecture: () =>
    nodeTool(
      'dependency-cruiser/bin/dependency-cruise.mjs',
      'apps',
      'libs',
      'test',
      '--config',
      '.dependency-cruiser.cjs',
    ),
  vocabulary: () => vocabularyIsClean(root),
  // Loaded on demand: the linters take a second to load.
  openapi: async () => (await import('./contracts/openapi-rules.mjs')).apiDocumentIsValid(),
  migrations: migrationsMatchSchema,
  unit: () => nodeTool('jest/bin/jest.js', '--selectProjects', 'unit'),
};

const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`;
const summary = [];

const selected = process.argv.slice(2);
const unknown = selected.filter((name) => !(name in steps));
if (unknown.length > 0) {
  console.error(`Unknown step: ${unknown.join(', ')}. The steps are ${Object.keys(steps).join(', ')}.`);
  process.exit(1);
}

for (const [name, step] of Object.entries(steps)) {
  if (selected.length > 0 && !selected.includes(name)) continue;
  const startedAt = Date.now();
  console.log(`\n── ${name}`);
  const passed = await step();
  summary.push({ passed, line: `${passed ? '✓' : '✗'} ${name.padEnd(14)}${seconds(startedAt)}` });
}

console.log(`\n${summary.map(({ line }) => line).join('\n')}`);
if (summary.some(({ passed }) => !passed)) process.exitCode = 1;
