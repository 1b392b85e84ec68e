/** One node of a scenario: a server process with its own gate in front of Redis, which can be killed, frozen and restarted. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { RaidProcess, type RaidOrder } from '../../other-app/raid-process';
import { waitUntil } from '../../support/clients/client';
import { type CrashPoint, CrashPointNode } from '../../support/servers/crash-point-node';
import { Gate } from '../../support/faults/gate';
import { type ServerProcess, startServerProcess } from '../../support/servers/server';

/** The program of a node: the product, the product with crash points, or the raid application, which executes orders. */
export type NodeApplication = 'server' | 'crash-points' | 'raid';
type NodeProcess = Pick<ServerProcess, 'url' | 'process' | 'kill' | 'exited'> &
  Partial<Pick<RaidProcess, 'execute'> & Pick<CrashPointNode, 'crashAt'>>;

const launchers: Record<NodeApplication, (environment: Record<string, string>) => Promise<NodeProcess>> = {
  server: (environment) => startServerProcess(environment),
  'crash-points': (environment) => CrashPointNode.start(environment),
  raid: (environment) => RaidProcess.start(environment),
};

export class ChaosNode {
  private constructor(
    readonly name: string,
    readonly redisGate: Gate,
    private readonly environment: Record<string, string>,
    private readonly application: NodeApplication,
    private server: NodeProcess,
  ) {}

  static async start(
    name: string,
    redisUrl: string,
    shared: Record<string, string>,
    application: NodeApplication = 'server',
  ): Promise<ChaosNode> {
    const gate = await Gate.openInFrontOf(redisUrl);
    const environment = { ...shared, NODE_ID: name, REDIS_URL: gate.url };
    return new ChaosNode(name, gate, environment, application, await launchers[application](environment));
  }

  get url(): string {
    return this.server.url;
  }

  get isRunning(): boolean {
    const { exitCode, signalCode } = this.server.process;
    return exitCode === null && signalCode === null;
  }

  freeze(): void {
    this.server.kill('SIGSTOP');
  }

  thaw(): void {
    this.server.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    this.server.kill('SIGKILL');
    if (this.isRunning) await once(this.server.process, 'exit');
  }

  /** Starts a new process with the same node id. */
  async restart(): Promise<void> {
    this.server = await launchers[this.application](this.environment);
  }

  /** Needs the application `crash-points`. Resolves when the node has been killed, the next time it reaches the point. */
  async killAt(point: CrashPoint): Promise<void> {
    if (!this.server.crashAt)
      throw new Error(`${this.name} has no crash points: start it with the application 'crash-points'`);
    await this.server.crashAt(point);
    await this.server.exited;
  }

  /** Needs the application `raid`. Resolves when the order has been executed. */
  async execute(order: RaidOrder): Promise<void> {
    if (!this.server.execute) throw new Error(`${this.name} executes no orders: start it with the application 'raid'`);
    await this.server.execute(order);
  }

  /** Resident memory in MiB. */
  get residentMb(): number {
    const status = readFileSync(`/proc/${this.server.process.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  }

  /** @returns the exit code. */
  async stop(): Promise<number | null> {
    this.server.kill('SIGTERM');
    return this.server.exited;
  }

  async socketMetrics(): Promise<{ connections: { total: number }; rooms: Record<string, number> }> {
    const response = await fetch(`${this.url}/metrics/sockets`);
    return (await response.json()) as { connections: { total: number }; rooms: Record<string, number> };
  }

  /** Waits for this readiness: `ok`, `degraded` without Redis, `error` without the database. */
  async waitForStatus(status: 'ok' | 'degraded' | 'error'): Promise<void> {
    await waitUntil(async () => {
      const response = await fetch(`${this.url}/health/ready`);
      return ((await response.json()) as { status: string }).status === status;
    }, `${this.name} is ${status}`);
  }
}
