// Stores every run as lines in `results/`, which is not committed, and labelled medians in `history/`, which is.
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { join } from 'node:path';
import { benchDir, historyDir, resultsDir, repositoryRoot } from './paths.mjs';

const RUNS = 'runs';

function appendFileLines(dir, name, lines) {
  mkdirSync(dir, { recursive: true });
  appendFileSync(join(dir, `${name}.jsonl`), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

function readFileLines(dir, name) {
  const file = join(dir, `${name}.jsonl`);
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

export const appendRun = (run) => appendFileLines(resultsDir, RUNS, [run]);
export const appendLines = (scenario, lines) => appendFileLines(resultsDir, scenario, lines);
/** Rounds the figures, because the history is committed. */
export const recordSummary = (scenario, lines) =>
  appendFileLines(historyDir, scenario, JSON.parse(JSON.stringify(lines, roundToFiveDigits)));
export const readRuns = () => readFileLines(resultsDir, RUNS);
export const readLines = (scenario) => readFileLines(resultsDir, scenario);
export const readHistory = (scenario) => readFileLines(historyDir, scenario);
export const recordedScenarios = () =>
  existsSync(historyDir) ? readdirSync(historyDir).map((name) => name.replace('.jsonl', '')) : [];

const roundToFiveDigits = (_key, value) => (typeof value === 'number' ? Number(value.toPrecision(5)) : value);

const commandOutput = (command, ...args) =>
  spawnSync(command, args, { cwd: repositoryRoot, encoding: 'utf8' }).stdout?.trim() ?? '';

/** The revision, machine and versions that the figures of a run depend on. */
export function measurementContext() {
  const [{ model }, { length }] = [cpus()[0], cpus()];
  const redis = /v=(\S+)/.exec(commandOutput('redis-server', '--version'))?.[1] ?? 'none';
  // Excludes the files that a run or its report writes, which change no figure.
  const changes = commandOutput('git', 'status', '--porcelain', '-uno', '--', '.', ':!docs', ':!bench/history');
  const dirty = changes === '' ? '' : ' with changes';
  return {
    revision: `${commandOutput('git', 'rev-parse', '--short', 'HEAD')}${dirty}`,
    machine: `${model.trim()}, ${length} cores, Linux ${release()}`,
    versions: {
      Node: process.version.slice(1),
      Redis: redis,
      ...versionsIn(repositoryRoot, OWN_PACKAGES),
      ...versionsIn(benchDir, PEER_PACKAGES),
    },
  };
}

const OWN_PACKAGES = { 'Socket.IO': 'socket.io', Nest: '@nestjs/core', 'Redis adapter': '@socket.io/redis-adapter' };
const PEER_PACKAGES = {
  Colyseus: '@colyseus/core',
  ws: 'ws',
  'Redis streams adapter': '@socket.io/redis-streams-adapter',
};

function versionsIn(packageFolder, packages) {
  const { dependencies } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'));
  return Object.fromEntries(Object.entries(packages).map(([title, name]) => [title, dependencies[name]]));
}
