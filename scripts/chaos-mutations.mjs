// Proves that the chaos scenarios can fail: switches the mechanisms of test/chaos/mutations.mjs off, one at a time, in a copy
// of the sources, and expects the scenario named there to turn red. Arguments select: `npm run chaos:mutations -- order`.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { mutations } from '../test/chaos/mutations.mjs';
import { root } from './build-if-needed.mjs';
import { temporaryFolder } from './temporary-folder.mjs';

const MINUTES_EACH = 4;
const copy = temporaryFolder();

function copySources() {
  const { stdout } = spawnSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' });
  for (const file of stdout.trim().split('\n')) {
    mkdirSync(join(copy, dirname(file)), { recursive: true });
    cpSync(join(root, file), join(copy, file));
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
}

/** Runs one scenario in the copy. @returns how it ended and what it printed. */
function play(scenario) {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, ['scripts/chaos.mjs', scenario], {
    cwd: copy,
    encoding: 'utf8',
    timeout: MINUTES_EACH * 60_000,
  });
  // The last line counts: of a run that was cut short nobody knows how it would have ended.
  const [, failed] = (signal === null && /\d+ passed, (\d+) failed\s*$/.exec(stdout)) || [];
  return {
    green: status === 0,
    ran: failed !== undefined && (status === 0) === (failed === '0'),
    printed: stdout + stderr,
  };
}

/** @returns whether the scenario noticed. */
function mutate({ name, file, from, to, scenario }) {
  const path = join(copy, file);
  const whole = readFileSync(path, 'utf8');
  if (whole.split(from).length !== 2) throw new Error(`${name}: ${file} does not hold this once:\n${from}`);
  const startedAt = Date.now();
  try {
    writeFileSync(
      path,
      whole.replace(from, () => to),
    );
    const { green, ran, printed } = play(scenario);
    if (!ran) throw new Error(`${name}: the scenario ${scenario} did not run to its end:\n${printed}`);
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    console.log(`${green ? 'NOT NOTICED' : 'noticed    '}  ${name}  by ${scenario}, ${seconds} s`);
    return !green;
  } finally {
    writeFileSync(path, whole);
  }
}

const selection = process.argv[2] ?? '';
const chosen = mutations.filter(({ name, scenario }) => name.includes(selection) || scenario.includes(selection));
console.log(`${chosen.length} mechanisms are switched off, one at a time; each takes up to ${MINUTES_EACH} minutes.`);
copySources();
const noticed = chosen.filter(mutate).length;
console.log(`${noticed} noticed, ${chosen.length - noticed} not`);
process.exitCode = noticed === chosen.length && noticed > 0 ? 0 : 1;
