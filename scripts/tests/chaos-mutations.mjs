// Proves that the chaos scenarios can fail: disables the mechanisms of test/chaos/mutations.mjs, one at a time, in a copy of
// the sources, and expects the scenario of each to fail. Arguments select: `npm run chaos:mutations -- order`.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { mutations } from '../../test/chaos/mutations.mjs';
import { root } from '../build-if-needed.mjs';
import { temporaryFolder } from '../temporary-folder.mjs';

const MINUTES_EACH = 4;
const copyFolder = temporaryFolder();

function copySources() {
  const { stdout } = spawnSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' });
  for (const file of stdout.trim().split('\n')) {
    mkdirSync(join(copyFolder, dirname(file)), { recursive: true });
    cpSync(join(root, file), join(copyFolder, file));
  }
  symlinkSync(join(root, 'node_modules'), join(copyFolder, 'node_modules'));
}

/** Runs one scenario in the copy. @returns whether it passed, whether it ran to its end, and its output. */
function runScenario(scenario) {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, ['scripts/tests/chaos.mjs', scenario], {
    cwd: copyFolder,
    encoding: 'utf8',
    timeout: MINUTES_EACH * 60_000,
  });
  // Without the summary in the last line the run was interrupted, and its result is unknown.
  const [, failed] = (signal === null && /\d+ passed, (\d+) failed\s*$/.exec(stdout)) || [];
  return {
    hasPassed: status === 0,
    isComplete: failed !== undefined && (status === 0) === (failed === '0'),
    output: stdout + stderr,
  };
}

/** @returns whether the scenario failed with the mutation. */
function isMutationNoticed({ name, file, from, to, scenario }) {
  const path = join(copyFolder, file);
  const source = readFileSync(path, 'utf8');
  if (source.split(from).length !== 2) throw new Error(`${name}: ${file} must contain this text once:\n${from}`);
  const startedAt = Date.now();
  try {
    writeFileSync(
      path,
      source.replace(from, () => to),
    );
    const { hasPassed, isComplete, output } = runScenario(scenario);
    if (!isComplete) throw new Error(`${name}: the scenario ${scenario} did not run to its end:\n${output}`);
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    console.log(`${hasPassed ? 'NOT NOTICED' : 'noticed    '}  ${name}  by ${scenario}, ${seconds} s`);
    return !hasPassed;
  } finally {
    writeFileSync(path, source);
  }
}

const selection = process.argv[2] ?? '';
const selectedMutations = mutations.filter(
  ({ name, scenario }) => name.includes(selection) || scenario.includes(selection),
);
console.log(
  `Disabling ${selectedMutations.length} mechanisms, one at a time; each takes up to ${MINUTES_EACH} minutes.`,
);
copySources();
const noticed = selectedMutations.filter(isMutationNoticed).length;
console.log(`${noticed} noticed, ${selectedMutations.length - noticed} not`);
process.exitCode = noticed === selectedMutations.length && noticed > 0 ? 0 : 1;
