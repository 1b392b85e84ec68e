/** One node of a scenario: a real server process with a gate of its own before Redis, that can be stopped in every way. */
import { once } from 'node:events';
import { until } from '../../support/client';
import { Gate } from '../../support/gate';
import { type ServerProcess, startServerProcess } from '../../support/server';

export class ChaosNode {
  private constructor(
    readonly name: string,
    readonly redisGate: Gate,
    private readonly environment: Record<string, string>,
    private server: ServerProcess,
  ) {}

  static async start(name: string, redisUrl: string, shared: Record<string, string>): Promise<ChaosNode> {
    const gate = await Gate.before(redisUrl);
    await gate.open();
    const environment = { ...shared, NODE_ID: name, REDIS_URL: gate.url };
    return new ChaosNode(name, gate, environment, await startServerProcess(environment));
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
    this.server = await startServerProcess(this.environment);
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
