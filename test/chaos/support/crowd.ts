/** Stock clients behind a door of their own: they are cut off in any way, come back by themselves, and note what they hear. */
import { connect, type TestClient, until } from '../../support/client';
import { Gate } from '../../support/gate';
import type { ChaosNode } from './node';
import type { Guest, World } from './world';

export type ConnectOptions = NonNullable<Parameters<typeof connect>[2]>;

const RETURN = { reconnection: true, reconnectionDelay: 100, reconnectionDelayMax: 300 } as const;
/** Where nobody listens. */
const NOWHERE = 'http://127.0.0.1:1';

export interface Traveller extends Guest {
  readonly client: TestClient;
  /** What `recovered` was at each connection after the first. */
  readonly returns: boolean[];
}

export class Crowd {
  private constructor(
    readonly gate: Gate,
    readonly travellers: readonly Traveller[],
  ) {}

  /** The world closes the door at its end. */
  static async enter(world: World, node: ChaosNode, count: number, options?: ConnectOptions): Promise<Crowd> {
    return Crowd.of(world, node, await world.guests(count, node), options);
  }

  /** Of people there are already. */
  static async of(
    world: World,
    node: ChaosNode,
    guests: readonly Guest[],
    options: ConnectOptions = {},
  ): Promise<Crowd> {
    const gate = await world.door(node.url);
    const travellers = guests.map(async (guest) => {
      const client = await connect(gate.url, guest.accessToken, { ...RETURN, ...options });
      const returns: boolean[] = [];
      client.socket.on('connect', () => returns.push(client.socket.recovered));
      return { ...guest, client, returns };
    });
    return new Crowd(gate, await Promise.all(travellers));
  }

  /** New connections go to that node. */
  lead(node: ChaosNode): void {
    this.gate.lead(node.url);
  }

  /** Cuts everybody off, and keeps them away until they are led somewhere. */
  keepAway(cut: { halfOpen?: boolean } = {}): void {
    this.gate.lead(NOWHERE);
    this.gate.cut(cut);
  }

  /** Each has come back so many times. */
  back(times = 1): Promise<void> {
    return until(
      () => this.travellers.every(({ returns }) => returns.length >= times),
      `all are back ${times} times`,
      30_000,
    );
  }

  /**
   * Everybody has heard exactly this, in this order, and came back in these ways; or, where that is left open, came back
   * at least once and was recovered each time.
   */
  async heard(texts: readonly string[], returns?: readonly boolean[]): Promise<void> {
    const last = texts.at(-1);
    for (const { client } of this.travellers) {
      if (last !== undefined) await client.event('chat:message', ({ text }) => text === last, 30_000);
      await client.settled();
    }
    for (const traveller of this.travellers) {
      expect(textsOf(traveller)).toEqual(texts);
      expect(traveller.returns).toEqual(returns ?? [true, ...traveller.returns.slice(1).map(() => true)]);
    }
  }
}

export const textsOf = ({ client }: Pick<Traveller, 'client'>): string[] =>
  client.all('chat:message').map(({ text }) => text);

/** @returns what until each has been told once more than now that it can come back. */
export function recoverableAgain(travellers: readonly Pick<Traveller, 'client'>[]): () => Promise<void> {
  const times = (): number[] => travellers.map(({ client }) => client.all('system:recoverable').length);
  const before = times();
  return () => until(() => times().every((now, index) => now > (before[index] ?? 0)), 'recoverable again', 30_000);
}

/** What a client keeps for itself to come back with. */
export const sessionOf = ({ client }: Pick<Traveller, 'client'>): { pid: string; offset: string } => ({
  pid: client.all('system:connected').at(-1)?.pid ?? '',
  offset: (client.socket as unknown as { _lastOffset: string })._lastOffset,
});
