/** The frame fuzzer: plays scripts against a node with the fast path on and one without, each the oracle of the other. */
import { RaidProcess } from '../../../other-app/raid-process';
import type { Target } from '../support/line';
import { SeededRandom } from '../support/random';
import { differenceOf, shrink } from './difference';
import { play } from './play';
import { describe, framesOf, type Script } from './step';
import { writeScript } from './script-writer';

export interface FuzzResult {
  readonly frames: number;
  readonly scripts: number;
  readonly differences: readonly string[];
  /** Seen once and not again: the kernel had cut a stream in another way. */
  readonly unstable: number;
  readonly areAlive: boolean;
  /** Held after garbage collection, at a tenth of the frames and at the end, per node. */
  readonly heldMb: readonly (readonly [early: number, late: number])[];
}

/** Scripts at once; most of their time they wait. */
const AT_ONCE = 16;
const REPLAYS = 3;
/** Of replays: on a busy machine, what comes late is not what never comes. */
const PATIENCE = 8;
const MAX_DIFFERENCES = 3;
const WINDOW_MS = 1_000;
const SETTINGS = {
  MAX_PAYLOAD_BYTES: '3000',
  CONNECTIONS_PER_IP: '100000',
  PING_INTERVAL_MS: '3600000',
  RECOVERY_WINDOW_MS: String(WINDOW_MS),
};

export class FrameFuzz {
  private serial = 0;
  private unstable = 0;
  private readonly differences: string[] = [];

  private constructor(private readonly nodes: readonly [RaidProcess, RaidProcess]) {}

  static async start(environment: Record<string, string>): Promise<FrameFuzz> {
    const start = (cork: string): Promise<RaidProcess> =>
      RaidProcess.start({ ...SETTINGS, ...environment, SOCKET_CORK: cork });
    return new FrameFuzz(await Promise.all([start('on'), start('off')]));
  }

  /**
   * Plays scripts of this seed until so many frames have been sent to each node. With limits on, nothing is to be compared:
   * which frames exceed a limit depends on when they arrive.
   */
  async run(seed: number, frames: number, { atOnce = AT_ONCE, compares = true } = {}): Promise<FuzzResult> {
    const random = new SeededRandom(seed);
    let [sent, scripts] = [0, 0];
    const playUntil = async (end: number): Promise<void> => {
      await Promise.all(
        Array.from({ length: atOnce }, async () => {
          while (sent < end && this.differences.length < MAX_DIFFERENCES) {
            const script = writeScript(random.fork());
            scripts++;
            const taken = await this.check(script, compares);
            sent += taken;
          }
        }),
      );
    };
    await playUntil(frames / 10);
    const early = await this.held();
    await playUntil(frames);
    const late = await this.held();
    const heldMb = early.map((mb, index): [number, number] => [mb, late[index] ?? 0]);
    const areAlive = this.nodes.every(({ child }) => child.exitCode === null && child.signalCode === null);
    return { frames: sent, scripts, differences: [...this.differences], unstable: this.unstable, areAlive, heldMb };
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
  }

  /** @returns how many frames were sent to each node; a script ends with the connection. */
  private async check(script: Script, compares: boolean): Promise<number> {
    const { difference, stepsTaken } = await this.compare(script);
    if (compares && difference !== undefined) await this.examine(script);
    return framesOf({ ...script, steps: script.steps.slice(0, stepsTaken) });
  }

  private async examine(script: Script): Promise<void> {
    if (!(await this.repeats(script))) {
      this.unstable++;
      return;
    }
    const shortest = await shrink(script, (shorter) => this.repeats(shorter));
    const { difference = 'gone when shortened' } = await this.compare(shortest, PATIENCE);
    this.differences.push(`${difference}\n${describe(shortest)}`);
  }

  /** Whether more than half of the replays show a difference. */
  private async repeats(script: Script): Promise<boolean> {
    let seen = 0;
    for (let n = 0; n < REPLAYS; n++) if ((await this.compare(script, PATIENCE)).difference !== undefined) seen++;
    return seen > REPLAYS / 2;
  }

  private async compare(script: Script, patience = 1): Promise<{ difference: string | undefined; stepsTaken: number }> {
    const serial = ++this.serial;
    const address = `127.${1 + ((serial >> 16) & 63)}.${(serial >> 8) & 255}.${1 + (serial & 127)}`;
    const [one, other] = await Promise.all(
      this.nodes.map((node) => play(script, targetOf(node), address, `fuzz-${serial}`, patience)),
    );
    if (!one || !other) throw new Error('there are two nodes');
    return { difference: differenceOf(one, other), stepsTaken: one.texts.length };
  }

  /** In MB, once what is kept for clients that may come back is forgotten. */
  private async held(): Promise<number[]> {
    await new Promise((resolve) => setTimeout(resolve, 2 * WINDOW_MS));
    const nothing = { room: 'raid:none', event: 'raid:tick', from: 0, count: 0, bytes: 0 } as const;
    const bytes = await Promise.all(this.nodes.map((node) => node.emit(nothing)));
    return bytes.map((each) => Math.round(each / 1024 / 102.4) / 10);
  }
}

function targetOf({ url }: RaidProcess): Target {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) };
}
