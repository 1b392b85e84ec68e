/** The frame fuzzer: plays scripts against a node with the fast path and one without it, and compares their behaviour. */
import { RaidProcess } from '../../../other-app/raid-process';
import type { AttackTarget } from '../support/raw-connection';
import { SeededRandom } from '../support/random';
import { differenceOf, shrink } from './difference';
import { playScript } from './script-player';
import { describeScript, frameCountOf, type FuzzScript } from './fuzz-script';
import { writeScript } from './script-writer';

export interface FuzzResult {
  readonly frames: number;
  readonly scripts: number;
  readonly differences: readonly string[];
  /** Differences that did not recur, because the kernel had split a stream differently. */
  readonly unstable: number;
  readonly areAlive: boolean;
  /** Memory after a garbage collection, at a tenth of the frames and at the end, per node. */
  readonly heldMb: readonly (readonly [early: number, late: number])[];
}

/** Concurrent scripts, which mostly wait. */
const AT_ONCE = 16;
const REPLAYS = 3;
/** Replays wait this many times longer, so that a late answer on a busy machine is not taken for a missing one. */
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
   * Plays scripts of this seed until each node has received this number of frames. With limits on, the nodes must not be
   * compared, because which frames exceed a limit depends on when they arrive.
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
    const early = await this.heldMemoryMb();
    await playUntil(frames);
    const late = await this.heldMemoryMb();
    const heldMb = early.map((mb, index): [number, number] => [mb, late[index] ?? 0]);
    const areAlive = this.nodes.every(({ child }) => child.exitCode === null && child.signalCode === null);
    return { frames: sent, scripts, differences: [...this.differences], unstable: this.unstable, areAlive, heldMb };
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
  }

  /** @returns the number of frames sent to each node, which is smaller when the connection closes early. */
  private async check(script: FuzzScript, compares: boolean): Promise<number> {
    const { difference, stepsTaken } = await this.compare(script);
    if (compares && difference !== undefined) await this.confirmDifference(script);
    return frameCountOf({ ...script, steps: script.steps.slice(0, stepsTaken) });
  }

  private async confirmDifference(script: FuzzScript): Promise<void> {
    if (!(await this.isReproducible(script))) {
      this.unstable++;
      return;
    }
    const shortest = await shrink(script, (shorter) => this.isReproducible(shorter));
    const { difference = 'not reproduced after shortening' } = await this.compare(shortest, PATIENCE);
    this.differences.push(`${difference}\n${describeScript(shortest)}`);
  }

  /** Whether more than half of the replays show a difference. */
  private async isReproducible(script: FuzzScript): Promise<boolean> {
    let seen = 0;
    for (let n = 0; n < REPLAYS; n++) if ((await this.compare(script, PATIENCE)).difference !== undefined) seen++;
    return seen > REPLAYS / 2;
  }

  private async compare(
    script: FuzzScript,
    patience = 1,
  ): Promise<{ difference: string | undefined; stepsTaken: number }> {
    const serial = ++this.serial;
    const address = `127.${1 + ((serial >> 16) & 63)}.${(serial >> 8) & 255}.${1 + (serial & 127)}`;
    const [first, second] = await Promise.all(
      this.nodes.map((node) => playScript(script, targetOf(node), address, `fuzz-${serial}`, patience)),
    );
    if (!first || !second) throw new Error('expected the observations of two nodes');
    return { difference: differenceOf(first, second), stepsTaken: first.texts.length };
  }

  /** In MB, after the disconnected sessions have expired. */
  private async heldMemoryMb(): Promise<number[]> {
    await new Promise((resolve) => setTimeout(resolve, 2 * WINDOW_MS));
    const nothing = { room: 'raid:none', event: 'raid:tick', from: 0, count: 0, bytes: 0 } as const;
    const bytes = await Promise.all(this.nodes.map((node) => node.emit(nothing)));
    return bytes.map((held) => Math.round(held / 1024 / 102.4) / 10);
  }
}

function targetOf({ url }: RaidProcess): AttackTarget {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) };
}
