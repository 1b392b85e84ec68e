/** A whole server as a process of its own, which tells what a request made it read, hold and wait for. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { testEnvironment, type ServerEnvironment } from '../../support/environment';
import { whenProcessDies } from '../../support/watchdog';

export interface Looks {
  /** Also how long the loop is held, which takes a core. */
  readonly probe?: boolean;
  /** Also how much the heap grows, for which it is cleaned first. */
  readonly collect?: boolean;
}

export type Order =
  /** Counts from now on what work of this name does. */
  | ({ kind: 'begin'; event: string } & Looks)
  | { kind: 'end' }
  /** Makes users seem online, each in the world. */
  | { kind: 'online'; userIds: readonly string[] }
  /** Makes users seem to have a conversation open. */
  | { kind: 'viewing'; conversationId: string; userIds: readonly string[] }
  /** Puts so many characters beside each other into a zone, in the place of those that were put there before. */
  | { kind: 'crowd'; zone: string; count: number; x: number; y: number }
  | { kind: 'routes' };

export interface Work {
  /** Rows answered by the statements of the work. */
  readonly rows: number;
  /** Rows inserted, changed or removed by its statements, but for those that select from what they change. */
  readonly written: number;
  /** The longest that the event loop was held at once, in milliseconds of processor time. */
  readonly blockedMs: number;
  /** How much the heap and what hangs on it has grown, garbage included. */
  readonly grownBytes: number;
}

export class BoundsNode {
  private readonly waiting: ((answer: unknown) => void)[] = [];

  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {
    child.on('message', (answer: unknown) => this.waiting.shift()?.(answer));
  }

  static async start(overrides: ServerEnvironment): Promise<BoundsNode> {
    const child = fork(join(__dirname, 'node-program.ts'), [], {
      execArgv: ['--expose-gc', '-r', join(__dirname, '..', '..', 'support', 'typescript.cjs')],
      env: { PATH: process.env['PATH'], ...testEnvironment(overrides) },
    });
    whenProcessDies(`kill -KILL ${child.pid}`);
    const [url] = (await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(([code]) => Promise.reject(new Error(`the server ended with ${String(code)}`))),
    ])) as [string];
    return new BoundsNode(child, url);
  }

  begin(event: string, looks: Looks = {}): Promise<void> {
    return this.order({ kind: 'begin', event, ...looks });
  }

  end(): Promise<Work> {
    return this.order({ kind: 'end' });
  }

  online(userIds: readonly string[]): Promise<void> {
    return this.order({ kind: 'online', userIds });
  }

  viewing(conversationId: string, userIds: readonly string[]): Promise<void> {
    return this.order({ kind: 'viewing', conversationId, userIds });
  }

  crowd(zone: string, count: number, x: number, y: number): Promise<void> {
    return this.order({ kind: 'crowd', zone, count, x, y });
  }

  /** As the router knows them. */
  routes(): Promise<string[]> {
    return this.order({ kind: 'routes' });
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await exited;
  }

  private order<Answer>(order: Order): Promise<Answer> {
    return new Promise((resolve) => {
      this.waiting.push((answer) => resolve(answer as Answer));
      this.child.send(order);
    });
  }
}
