/** The other application as a child process, so that a test can measure its memory, kill it, or make it emit events. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { RoomName } from '@aeturnis/contracts';

/** Emits `count` payloads of `bytes` each to a room within one tick of the event loop, numbered from `from`. */
export interface EmitOrder {
  room: RoomName;
  event: string;
  from: number;
  count: number;
  bytes: number;
}

/** One emit to several rooms, or to all clients if `to` is empty; `except` names rooms or sockets to leave out. */
export interface RaidEmit {
  to: readonly string[];
  except?: readonly string[];
  event: string;
  payload: object;
}

/** What the parent sends. The emits of one order happen in order, within one tick of the event loop. */
export type RaidOrder =
  EmitOrder | { say: readonly RaidEmit[] } | { admit: string; room: RoomName } | { evict: string; room: RoomName };

export class RaidProcess {
  private readonly pending: ((held: number) => void)[] = [];
  /** The exit code; null if a signal ended the process. */
  readonly exited: Promise<number | null>;

  private constructor(
    readonly child: ChildProcess,
    readonly url: string,
  ) {
    this.exited = new Promise((resolve) => child.once('exit', (code) => resolve(code)));
    child.on('message', (held: number) => this.pending.shift()?.(held));
  }

  static async start(environment: Record<string, string> = {}): Promise<RaidProcess> {
    const child = fork(join(__dirname, 'raid-program.ts'), [], {
      execArgv: ['--expose-gc', '-r', join(__dirname, '..', 'support', 'typescript.cjs')],
      env: { ...process.env, ...environment },
      // Structured clone, so that Buffers arrive as Buffers.
      serialization: 'advanced',
    });
    const [url] = (await once(child, 'message')) as [string];
    return new RaidProcess(child, url);
  }

  get process(): ChildProcess {
    return this.child;
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Orders are executed in sequence. @returns the heap and external memory in bytes after an `EmitOrder`, else 0. */
  execute(order: RaidOrder): Promise<number> {
    return new Promise((resolve) => {
      this.pending.push(resolve);
      this.child.send(order);
    });
  }

  /** @returns the heap and external memory in bytes afterwards. */
  emit(order: EmitOrder): Promise<number> {
    return this.execute(order);
  }

  /** @returns the exit code. */
  end(signal: NodeJS.Signals): Promise<number | null> {
    this.child.kill(signal);
    return this.exited;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null) await this.end('SIGKILL');
  }
}
