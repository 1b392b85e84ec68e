// The reporter of all test runs: one line per finished suite, failures in full, and a final line with the counts.
// A skipped test and a suite that could not run count as failed, because a test that does not run proves nothing.
const { writeSync } = require('node:fs');

const STILL_RUNNING_MS = 20_000;

/** The counts of the final line; a run that ends before the reporter is called counts as failed. */
const outcome = { passed: 0, failed: 1 };
/** The failures by suite, printed again at the end, where they survive if a long log is truncated. */
const failureMessages = [];
let isAnnounced = false;

const print = (text) => process.stdout.write(`${text}\n`);
const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`;
const counts = (passed, failed) => `${passed} passed, ${failed} failed`;

class SuiteReporter {
  /** Makes `N passed, N failed` the last line that this process prints, however it exits. */
  static announceAtExit() {
    if (isAnnounced) return;
    isAnnounced = true;
    // Jest silences process.stdout before some of its exits.
    process.once('exit', () =>
      writeSync(1, [...failureMessages, counts(outcome.passed, outcome.failed), ''].join('\n')),
    );
  }

  constructor(globalConfig) {
    SuiteReporter.announceAtExit();
    this.rootDir = globalConfig.rootDir;
    // With a name pattern, all other tests are reported as skipped.
    this.skippedIsFailed = !globalConfig.testNamePattern;
    this.running = new Map();
    this.finished = 0;
  }

  onRunStart(results) {
    this.startedAt = Date.now();
    this.total = results.numTotalTestSuites;
    print(`Running ${this.total} suites.`);
    this.heartbeat = setInterval(() => this.printRunningSuites(), STILL_RUNNING_MS).unref();
  }

  onTestFileStart(test) {
    this.running.set(test.path, Date.now());
  }

  onTestFileResult(test, result) {
    const startedAt = this.running.get(test.path) ?? Date.now();
    this.running.delete(test.path);
    this.finished += 1;
    const { passed, failed } = this.count(result, result.testExecError ? 1 : 0);
    const progress = `[${String(this.finished).padStart(String(this.total).length)}/${this.total} ${seconds(this.startedAt)}]`;
    const project = test.context.config.displayName?.name ?? '';
    print(
      `${progress} ${failed ? '✗' : '✓'} ${project} ${this.name(test.path)}: ${counts(passed, failed)}, ${seconds(startedAt)}`,
    );
    if (failed) this.explain(test.path, result);
  }

  onRunComplete(_contexts, results) {
    clearInterval(this.heartbeat);
    Object.assign(outcome, this.count(results, results.numRuntimeErrorTestSuites));
    print(`\n${this.finished} suites in ${seconds(this.startedAt)}.`);
  }

  /** Fails the run for skipped tests, which Jest itself would accept. */
  getLastError() {
    return outcome.failed > 0 ? new Error(`${outcome.failed} failed or skipped`) : undefined;
  }

  count(result, suitesNotRun) {
    const failing = result.numFailingTests ?? result.numFailedTests;
    const passed = result.numPassingTests ?? result.numPassedTests;
    const skipped = this.skippedIsFailed ? result.numPendingTests + (result.numTodoTests ?? 0) : 0;
    return { passed, failed: failing + skipped + suitesNotRun };
  }

  explain(path, result) {
    const skipped = result.testResults
      .filter(({ status }) => this.skippedIsFailed && (status === 'pending' || status === 'todo'))
      .map(({ fullName, status }) => `  ● ${fullName}: ${status}, counts as failed`);
    const explanation = [result.failureMessage ?? '', ...skipped].join('\n');
    print(explanation);
    failureMessages.push(`Failed: ${this.name(path)}`, explanation);
    for (const { type, message } of result.console ?? []) print(`  console.${type}: ${message}`);
  }

  printRunningSuites() {
    const suites = [...this.running].map(([path, since]) => `${this.name(path)} (${seconds(since)})`);
    if (suites.length > 0) print(`  still running: ${suites.join(', ')}`);
  }

  name(path) {
    return path.slice(this.rootDir.length + 1);
  }
}

module.exports = SuiteReporter;
