/** The other application as a process of its own, for tests that weigh it or stop it. */
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

export class RaidProcess {
  private constructor(
    readonly child: ChildProcess,
    readonly url: string,
  ) {}

  static async start(environment: Record<string, string> = {}): Promise<RaidProcess> {
    const child = fork(join(__dirname, 'raid-program.ts'), [], {
      execArgv: ['--expose-gc', '-r', join(__dirname, '..', 'support', 'typescript.cjs')],
      env: { ...process.env, ...environment },
    });
    const [url] = (await once(child, 'message')) as [string];
    return new RaidProcess(child, url);
  }

  /** @returns the bytes of memory it holds afterwards. */
  async emit(order: EmitOrder): Promise<number> {
    this.child.send(order);
    const [held] = (await once(this.child, 'message')) as [number];
    return held;
  }

  /** @returns the code it exits with. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.child.kill(signal);
    const [code] = (await once(this.child, 'exit')) as [number | null];
    return code;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null) await this.end('SIGKILL');
  }
}
