/** `npm run start:cluster` in a process of its own: two nodes, Redis and PostgreSQL behind one port. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { waitUntil } from '../clients/client';
import { type ServerEnvironment, testEnvironment } from '../environment';

const ROOT = join(__dirname, '..', '..', '..');
const SCRIPT = join('scripts', 'cluster', 'start-cluster.mjs');
/** Its databases are new, and both nodes start at once. */
export const CLUSTER_START_MS = 120_000;

export class DemonstrationCluster {
  /** Everything that the script has printed. */
  output = '';

  private constructor(private readonly script: ChildProcess) {
    for (const stream of [script.stdout, script.stderr])
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
  }

  static async start(overrides: ServerEnvironment = {}): Promise<DemonstrationCluster> {
    const environment = testEnvironment({ NODE_ENV: 'development', LOG_LEVEL: 'info', LIMITS: 'off', ...overrides });
    const script = spawn(process.execPath, [SCRIPT], {
      cwd: ROOT,
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const cluster = new DemonstrationCluster(script);
    await waitUntil(() => cluster.url !== '', 'the cluster is ready', CLUSTER_START_MS).catch(() => {
      throw new Error(cluster.output);
    });
    return cluster;
  }

  /** Empty until the cluster is ready. */
  get url(): string {
    return /All nodes (http:\S+)/.exec(this.output)?.[1] ?? '';
  }

  /** How often a node has become ready. */
  startsOf(node: string): number {
    return this.output.match(new RegExp(`${node} +Aeturnis Realtime is ready`, 'g'))?.length ?? 0;
  }

  /** As Ctrl-C does. @returns the exit code and the signal that has ended it. */
  async stop(): Promise<unknown[]> {
    if (this.script.exitCode !== null || this.script.signalCode !== null) return [this.script.exitCode, null];
    const exited = once(this.script, 'exit');
    this.script.kill('SIGTERM');
    return exited;
  }
}
