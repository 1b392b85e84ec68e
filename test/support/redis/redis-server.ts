/** A private, temporary Redis that a test can pause, stop and restart. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { freePort } from '../free-port';
import { findRedis, type RedisBinary } from '../../../scripts/redis-binary.cjs';
import { runOnProcessDeath } from '../watchdog';

const PORT_ATTEMPTS = 5;

class StartError extends Error {}

/** Listens on 127.0.0.1 only, without persistence. Ends with the process that started it, even if that is killed. */
export class RedisServer {
  private child: ChildProcess | undefined;
  private cancelWatchdog: (() => void) | undefined;

  private constructor(
    private readonly binary: RedisBinary,
    readonly port: number,
  ) {}

  static async start(): Promise<RedisServer> {
    const binary = await findRedis();
    for (let attempt = 1; ; attempt++) {
      const server = new RedisServer(binary, await freePort());
      try {
        await server.launch();
        return server;
      } catch (error) {
        // Another process may have taken the port between the check and the bind.
        if (!(error instanceof StartError) || attempt === PORT_ATTEMPTS) throw error;
      }
    }
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Changes with every restart. @throws while stopped. */
  get pid(): number {
    const pid = this.child?.pid;
    if (pid === undefined) throw new Error('this Redis is stopped and has no pid');
    return pid;
  }

  /** Freezes Redis: it stops answering but keeps its connections, like a hung machine. */
  pause(): void {
    this.signal('SIGSTOP');
  }

  resume(): void {
    this.signal('SIGCONT');
  }

  /** Kills Redis: connections break and the data is lost. Does nothing if it is stopped. */
  async stop(): Promise<void> {
    const child = this.child;
    if (!child) return;
    const exited = once(child, 'exit');
    this.signal('SIGKILL');
    await exited;
  }

  /** Starts an empty Redis on the same port; stops a running one first. */
  async restart(): Promise<void> {
    await this.stop();
    await this.launch();
  }

  private async launch(): Promise<void> {
    const settings = ['--port', String(this.port), '--save', '', '--appendonly', 'no'];
    // Inside a container, loopback would be the container's own.
    const bind = this.binary.container ? ['--protected-mode', 'no'] : ['--bind', '127.0.0.1'];
    const args = [...this.binary.leadingArgs(this.port), ...settings, ...bind];
    const child = spawn(this.binary.command, args, { env: this.binary.env, stdio: ['ignore', 'pipe', 'pipe'] });
    child.on('exit', () => {
      this.child = undefined;
      this.cancelWatchdog?.();
    });
    const output: string[] = [];
    await new Promise<void>((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', () => {
        reject(new StartError(`redis-server did not start:\n${output.join('\n')}`));
      });
      for (const stream of [child.stdout, child.stderr]) {
        createInterface({ input: stream }).on('line', (line) => {
          output.push(line);
          if (line.includes('Ready to accept connections')) resolve();
        });
      }
      this.child = child;
      const { container } = this.binary;
      this.cancelWatchdog = runOnProcessDeath(
        container ? `docker kill ${container(this.port)}` : `kill -KILL ${this.pid}`,
      );
    });
  }

  private signal(signal: NodeJS.Signals): void {
    const { container } = this.binary;
    if (container) execFileSync('docker', ['kill', `--signal=${signal}`, container(this.port)]);
    else process.kill(this.pid, signal);
  }
}

export function startRedis(): Promise<RedisServer> {
  return RedisServer.start();
}
