/** A server process that kills itself at a chosen crash point. */
import { once } from 'node:events';
import { join } from 'node:path';
import { type ServerProcess, startServerProcess } from './server';

/** The process dies by SIGKILL the next time it reaches the point, before the step that follows. */
export type CrashPoint = 'after the commit' | 'before publishing for others' | 'before notifying' | 'after notifying';

export class CrashPointNode implements Omit<ServerProcess, 'output'> {
  private constructor(private readonly server: ServerProcess) {}

  static async start(environment: Record<string, string>): Promise<CrashPointNode> {
    return new CrashPointNode(await startServerProcess(environment, join(__dirname, 'crash-points.cjs')));
  }

  get url(): string {
    return this.server.url;
  }

  get process(): ServerProcess['process'] {
    return this.server.process;
  }

  get exited(): Promise<number | null> {
    return this.server.exited;
  }

  kill(signal: NodeJS.Signals): void {
    this.server.kill(signal);
  }

  async crashAt(point: CrashPoint): Promise<void> {
    const armed = once(this.process, 'message');
    this.process.send(point);
    await armed;
  }

  async end(): Promise<void> {
    this.kill('SIGKILL');
    await this.exited;
  }
}
