/** A whole server in a process of its own, which measures what a request makes it read, allocate and wait for. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { testEnvironment, type ServerEnvironment } from '../../support/environment';
import { runOnProcessDeath } from '../../support/watchdog';

export interface MeasureOptions {
  /** Also measure how long the event loop is blocked, which occupies a core. */
  readonly probe?: boolean;
  /** Also measure the growth of the heap, after a garbage collection. */
  readonly collect?: boolean;
}

export type BoundsNodeOrder =
  /** Starts measuring the work of this name. */
  | ({ kind: 'begin'; event: string } & MeasureOptions)
  | { kind: 'end' }
  /** Marks users as online and in the world. */
  | { kind: 'online'; userIds: readonly string[] }
  /** Marks users as viewers of a conversation. */
  | { kind: 'viewing'; conversationId: string; userIds: readonly string[] }
  /** Puts this many characters beside each other into a zone, instead of those of the order before. */
  | { kind: 'crowd'; zone: string; count: number; x: number; y: number }
  | { kind: 'routes' };

export interface MeasuredWork {
  /** Rows returned by the statements of the work. */
  readonly rows: number;
  /** Rows inserted, updated or deleted by its statements, except by those that select from what they change. */
  readonly written: number;
  /** The longest time for which the event loop was blocked, in milliseconds of processor time. */
  readonly blockedMs: number;
  /** The growth of the heap and of external memory, garbage included. */
  readonly grownBytes: number;
}

export class BoundsNode {
  private readonly pending: ((answer: unknown) => void)[] = [];

  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {
    child.on('message', (answer: unknown) => this.pending.shift()?.(answer));
  }

  static async start(overrides: ServerEnvironment): Promise<BoundsNode> {
    const child = fork(join(__dirname, 'node-program.ts'), [], {
      execArgv: ['--expose-gc', '-r', join(__dirname, '..', '..', 'support', 'typescript.cjs')],
      env: { PATH: process.env['PATH'], ...testEnvironment(overrides) },
    });
    runOnProcessDeath(`kill -KILL ${child.pid}`);
    const [url] = (await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(([code]) => Promise.reject(new Error(`the server exited early: ${String(code)}`))),
    ])) as [string];
    return new BoundsNode(child, url);
  }

  startMeasuring(event: string, options: MeasureOptions = {}): Promise<void> {
    return this.order({ kind: 'begin', event, ...options });
  }

  stopMeasuring(): Promise<MeasuredWork> {
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

  routes(): Promise<string[]> {
    return this.order({ kind: 'routes' });
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await exited;
  }

  private order<Answer>(order: BoundsNodeOrder): Promise<Answer> {
    return new Promise((resolve) => {
      this.pending.push((answer) => resolve(answer as Answer));
      this.child.send(order);
    });
  }
}
