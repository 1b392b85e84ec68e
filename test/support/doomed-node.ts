/** A node that dies where a test says so. */
import { once } from 'node:events';
import { join } from 'node:path';
import { type ServerProcess, startServerProcess } from './server';

/** The very next time, by SIGKILL: nothing of what it was about to do is done. */
export type Doom = 'after the commit' | 'before telling what others committed' | 'before notifying' | 'after notifying';

export class DoomedNode implements Omit<ServerProcess, 'output'> {
  private constructor(private readonly server: ServerProcess) {}

  static async start(environment: Record<string, string>): Promise<DoomedNode> {
    return new DoomedNode(await startServerProcess(environment, join(__dirname, 'doom.cjs')));
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

  async doom(where: Doom): Promise<void> {
    const armed = once(this.process, 'message');
    this.process.send(where);
    await armed;
  }

  async end(): Promise<void> {
    this.kill('SIGKILL');
    await this.exited;
  }
}
