// Runs all tests or, with arguments, those that Jest selects by them (`npm test -- chat`); with `--coverage`, all with coverage.
// The last line of output is always `N passed, N failed`.
import { createRequire } from 'node:module';
import { buildArgv, runCLI } from 'jest';
import { buildIfNeeded, root } from '../build-if-needed.mjs';
import { endWithLauncher } from '../launcher.mjs';

const SuiteReporter = createRequire(import.meta.url)('../../test/support/reporter.cjs');
const DEFAULT_PROJECTS = ['unit', 'integration', 'e2e', 'browser'];
const COVERAGE = '--coverage';
const selection = process.argv.slice(2).filter((argument) => argument !== COVERAGE);

async function run() {
  endWithLauncher();
  SuiteReporter.announceAtExit();
  build();
  const { results } = await runCLI(await buildArgv(jestArguments()), [root]);
  return results.success;
}

function jestArguments() {
  const coverage = process.argv.includes(COVERAGE) ? [COVERAGE] : [];
  const projects = selection.includes('--selectProjects') ? [] : ['--selectProjects', ...DEFAULT_PROJECTS];
  return [...selection, ...coverage, ...projects];
}

/** Some suites start nodes from dist/. A failed build only ends the run if all suites were to run. */
function build() {
  try {
    buildIfNeeded();
  } catch (error) {
    if (selection.length === 0) throw error;
    console.error(`${error.message} Suites that start the built server will fail.`);
  }
}

run().then(
  (success) => process.exit(success ? 0 : 1),
  (error) => {
    console.error(error.message);
    process.exit(1);
  },
);
