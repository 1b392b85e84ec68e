/** The other application as a process of its own, for tests that weigh it, stop it, or let it emit what no player can. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { RoomName } from '@aeturnis/contracts';

/** Emits to a room, `count` times a payload of `bytes`, numbered from `from` on, in one turn of the event loop. */
export interface EmitOrder {
  room: RoomName;
  event: string;
  from: number;
  count: number;
  bytes: number;
}

/** One emit: to rooms at once, or to everybody where there are none; `except` names rooms or sockets. */
export interface Saying {
  to: readonly string[];
  except?: readonly string[];
  event: string;
  payload: object;
}

/** In one turn of the event loop, in this order. */
export type RaidOrder =
  EmitOrder | { say: readonly Saying[] } | { admit: string; room: RoomName } | { evict: string; room: RoomName };

export class RaidProcess {
  private readonly asked: ((held: number) => void)[] = [];
  /** The code it exits with; null where a signal has ended it. */
  readonly exited: Promise<number | null>;

  private constructor(
    readonly child: ChildProcess,
    readonly url: string,
  ) {
    this.exited = new Promise((resolve) => child.once('exit', (code) => resolve(code)));
    child.on('message', (held: number) => this.asked.shift()?.(held));
  }

  static async start(environment: Record<string, string> = {}): Promise<RaidProcess> {
    const child = fork(join(__dirname, 'raid-program.ts'), [], {
      execArgv: ['--expose-gc', '-r', join(__dirname, '..', 'support', 'typescript.cjs')],
      env: { ...process.env, ...environment },
      // Buffers stay buffers.
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

  /** Orders are obeyed one after the other. @returns the bytes of memory it holds after an `EmitOrder`. */
  obey(order: RaidOrder): Promise<number> {
    return new Promise((resolve) => {
      this.asked.push(resolve);
      this.child.send(order);
    });
  }

  /** @returns the bytes of memory it holds afterwards. */
  emit(order: EmitOrder): Promise<number> {
    return this.obey(order);
  }

  /** @returns the code it exits with. */
  end(signal: NodeJS.Signals): Promise<number | null> {
    this.child.kill(signal);
    return this.exited;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null) await this.end('SIGKILL');
  }
}
