// Checks everything that needs no running service. All steps run, so that one round shows all there is to mend.
// Given names, runs those steps alone: `npm run check -- lint types`.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './build-if-needed.mjs';
import { migrationsMatchSchema } from './migration-drift.mjs';

const tool = (path, ...args) => {
  const { status } = spawnSync(process.execPath, [join(root, 'node_modules', path), ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  return status === 0;
};

const steps = {
  format: () => tool('prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'),
  lint: () => tool('eslint/bin/eslint.js', '.', '--max-warnings', '0'),
  types: () => tool('typescript/bin/tsc', '--noEmit'),
  architecture: () =>
    tool('dependency-cruiser/bin/dependency-cruise.mjs', 'apps', 'libs', 'test', '--config', '.dependency-cruiser.cjs'),
  migrations: migrationsMatchSchema,
  unit: () => tool('jest/bin/jest.js', '--selectProjects', 'unit'),
};

const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`;
const summary = [];

const selected = process.argv.slice(2);
const unknown = selected.filter((name) => !(name in steps));
if (unknown.length > 0) {
  console.error(`There is no step ${unknown.join(', ')}; there are ${Object.keys(steps).join(', ')}.`);
  process.exit(1);
}

for (const [name, step] of Object.entries(steps)) {
  if (selected.length > 0 && !selected.includes(name)) continue;
  const startedAt = Date.now();
  console.log(`\n── ${name}`);
  const passed = step();
  summary.push({ passed, line: `${passed ? '✓' : '✗'} ${name.padEnd(14)}${seconds(startedAt)}` });
}

console.log(`\n${summary.map(({ line }) => line).join('\n')}`);
if (summary.some(({ passed }) => !passed)) process.exitCode = 1;
