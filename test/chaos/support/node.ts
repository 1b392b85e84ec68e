/** One node of a scenario: a real server process with a gate of its own before Redis, that can be stopped in every way. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { RaidProcess, type RaidOrder } from '../../other-app/raid-process';
import { until } from '../../support/client';
import { type Doom, DoomedNode } from '../../support/doomed-node';
import { Gate } from '../../support/gate';
import { type ServerProcess, startServerProcess } from '../../support/server';

/** What a node runs: the product, the same that can be killed at a certain moment, or the other application, which obeys orders. */
export type Application = 'server' | 'doomed' | 'raid';
type NodeProcess = Pick<ServerProcess, 'url' | 'process' | 'kill' | 'exited'> &
  Partial<Pick<RaidProcess, 'obey'> & Pick<DoomedNode, 'doom'>>;

const launch: Record<Application, (environment: Record<string, string>) => Promise<NodeProcess>> = {
  server: (environment) => startServerProcess(environment),
  doomed: (environment) => DoomedNode.start(environment),
  raid: (environment) => RaidProcess.start(environment),
};

export class ChaosNode {
  private constructor(
    readonly name: string,
    readonly redisGate: Gate,
    private readonly environment: Record<string, string>,
    private readonly application: Application,
    private server: NodeProcess,
  ) {}

  static async start(
    name: string,
    redisUrl: string,
    shared: Record<string, string>,
    application: Application = 'server',
  ): Promise<ChaosNode> {
    const gate = await Gate.before(redisUrl);
    await gate.open();
    const environment = { ...shared, NODE_ID: name, REDIS_URL: gate.url };
    return new ChaosNode(name, gate, environment, application, await launch[application](environment));
  }

  get url(): string {
    return this.server.url;
  }

  get running(): boolean {
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
    if (this.running) await once(this.server.process, 'exit');
  }

  /** A new process under the same name. */
  async restart(): Promise<void> {
    this.server = await launch[this.application](this.environment);
  }

  /** For nodes that are doomed. Settles when it has been killed, the next time that it comes there. */
  async killAt(where: Doom): Promise<void> {
    if (!this.server.doom) throw new Error(`${this.name} cannot be killed at a certain moment`);
    await this.server.doom(where);
    await this.server.exited;
  }

  /** For nodes of the other application. Settles when it is done. */
  async obey(order: RaidOrder): Promise<void> {
    if (!this.server.obey) throw new Error(`${this.name} takes no orders`);
    await this.server.obey(order);
  }

  /** Resident memory in MiB. */
  get residentMb(): number {
    const status = readFileSync(`/proc/${this.server.process.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  }

  /** @returns the exit code. */
  async end(): Promise<number | null> {
    this.server.kill('SIGTERM');
    return this.server.exited;
  }

  async figures(): Promise<{ connections: { total: number }; rooms: Record<string, number> }> {
    const response = await fetch(`${this.url}/metrics/sockets`);
    return (await response.json()) as { connections: { total: number }; rooms: Record<string, number> };
  }

  /** Waits for what readiness says: `ok`, `degraded` without Redis, `error` without the database. */
  async is(status: 'ok' | 'degraded' | 'error'): Promise<void> {
    await until(async () => {
      const response = await fetch(`${this.url}/health/ready`);
      return ((await response.json()) as { status: string }).status === status;
    }, `${this.name} is ${status}`);
  }
}
