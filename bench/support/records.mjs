// What is kept: every run as lines in `results/`, which stay here, and summaries by label in `history/`, which are committed.
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { join } from 'node:path';
import { folder, history, results, root } from './places.mjs';

const RUNS = 'runs';

function append(place, name, lines) {
  mkdirSync(place, { recursive: true });
  appendFileSync(join(place, `${name}.jsonl`), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

function read(place, name) {
  const file = join(place, `${name}.jsonl`);
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

export const keepRun = (run) => append(results, RUNS, [run]);
export const keepLines = (scenario, lines) => append(results, scenario, lines);
/** What is committed is short. */
export const recordSummary = (scenario, lines) => append(history, scenario, JSON.parse(JSON.stringify(lines, rounded)));
export const runs = () => read(results, RUNS);
export const linesOf = (scenario) => read(results, scenario);
export const historyOf = (scenario) => read(history, scenario);
export const recorded = () =>
  existsSync(history) ? readdirSync(history).map((name) => name.replace('.jsonl', '')) : [];

const rounded = (_key, value) => (typeof value === 'number' ? Number(value.toPrecision(5)) : value);

const outputOf = (command, ...args) => spawnSync(command, args, { cwd: root, encoding: 'utf8' }).stdout?.trim() ?? '';

/** Where and of what a run is, as far as its figures depend on it. */
export function circumstances() {
  const [{ model }, { length }] = [cpus()[0], cpus()];
  const redis = /v=(\S+)/.exec(outputOf('redis-server', '--version'))?.[1] ?? 'none';
  // What a run or its report writes itself changes no figure.
  const changes = outputOf('git', 'status', '--porcelain', '-uno', '--', '.', ':!docs', ':!bench/history');
  const dirty = changes === '' ? '' : ' with changes';
  return {
    revision: `${outputOf('git', 'rev-parse', '--short', 'HEAD')}${dirty}`,
    machine: `${model.trim()}, ${length} cores, Linux ${release()}`,
    versions: { Node: process.version.slice(1), Redis: redis, ...versionsIn(root, OWN), ...versionsIn(folder, PEERS) },
  };
}

const OWN = { 'Socket.IO': 'socket.io', Nest: '@nestjs/core', 'Redis adapter': '@socket.io/redis-adapter' };
const PEERS = { Colyseus: '@colyseus/core', ws: 'ws', 'Redis streams adapter': '@socket.io/redis-streams-adapter' };

function versionsIn(place, packages) {
  const { dependencies } = JSON.parse(readFileSync(join(place, 'package.json'), 'utf8'));
  return Object.fromEntries(Object.entries(packages).map(([title, name]) => [title, dependencies[name]]));
}
