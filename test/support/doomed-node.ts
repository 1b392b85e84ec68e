/** A node that dies where a test says so. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { testEnvironment } from './environment';

/** The very next time, by SIGKILL: nothing of what it was about to do is done. */
export type Doom = 'after the commit' | 'before telling what others committed' | 'before notifying' | 'after notifying';

export class DoomedNode {
  readonly died: Promise<unknown>;

  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {
    this.died = once(child, 'exit');
  }

  static async start(environment: Record<string, string>): Promise<DoomedNode> {
    const child = fork(join(__dirname, 'conversation-program.ts'), [], {
      execArgv: ['-r', join(__dirname, 'typescript.cjs')],
      env: { PATH: process.env['PATH'] ?? '', ...testEnvironment(environment) },
    });
    const [url] = (await once(child, 'message')) as [string];
    return new DoomedNode(child, url);
  }

  async doom(where: Doom): Promise<void> {
    const armed = once(this.child, 'message');
    this.child.send(where);
    await armed;
  }

  async end(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGKILL');
    await this.died;
  }
}
