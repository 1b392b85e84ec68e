/** Many stock clients who whisper in pairs at a steady pace, and now and then tell all; each knows what it has to hear. */
import { setTimeout as delay } from 'node:timers/promises';
import { connect, playAsGuest, type TestClient, until } from '../../support/client';
import type { Chance } from './seed';
import { ALL, Words } from './talk';
import type { Guest, World } from './world';

const RETURN = { reconnection: true, reconnectionDelay: 100, reconnectionDelayMax: 1_000 } as const;
const ENTERING_AT_ONCE = 20;

interface Seat extends Guest {
  readonly client: TestClient;
  /** What `recovered` was at each connection after the first. */
  readonly returns: boolean[];
}

export class Circle {
  private readonly words = new Words();
  private readonly answers: Promise<void>[] = [];
  private readonly enough = new AbortController();
  private talks: Promise<void>[] = [];
  private refused = 0;

  private constructor(
    private readonly seats: readonly Seat[],
    private readonly chance: Chance,
  ) {}

  /** The nodes take turns in making the accounts; `url` leads to all of them. */
  static async gather(world: World, url: string, count: number): Promise<Circle> {
    const seats: Seat[] = [];
    let entered = 0;
    const enter = async (): Promise<void> => {
      while (entered < count) {
        const guest = await playAsGuest(world.node(entered++ % world.nodes.length).url);
        const client = await connect(url, guest.accessToken, RETURN);
        const returns: boolean[] = [];
        client.socket.on('connect', () => returns.push(client.socket.recovered));
        seats.push({ ...guest, client, returns });
      }
    };
    await Promise.all(Array.from({ length: ENTERING_AT_ONCE }, enter));
    return new Circle(seats, world.chance);
  }

  /** How everybody came back, all together. */
  get returns(): boolean[] {
    return this.seats.flatMap(({ returns }) => returns);
  }

  get neverMoved(): number {
    return this.seats.filter(({ returns }) => returns.length === 0).length;
  }

  /** Chance says who: to the neighbour, and at the other pace to all. */
  talk(whispersPerSecond: number, newsPerSecond: number): void {
    this.talks = [
      this.atPace(whispersPerSecond, (at) => {
        const neighbour = this.seats[at ^ 1];
        if (neighbour) this.say(at, neighbour.id, 'chat:whisper', { toUserId: neighbour.id });
      }),
      this.atPace(newsPerSecond, (at) => this.say(at, ALL, 'chat:message', { channel: 'global' })),
    ];
  }

  /** Waits until so many more have been acknowledged. */
  async more(count: number): Promise<void> {
    const goal = this.words.acked + count;
    await until(() => this.words.acked >= goal, `${goal} acknowledged`, 60_000);
  }

  /** Settles when everything said is answered, or never will be, and everybody is there. */
  async stop(): Promise<void> {
    this.enough.abort();
    await Promise.all([...this.talks, ...this.answers]);
    await until(() => this.seats.every(({ client }) => client.socket.connected), 'everybody is connected', 60_000);
    for (const { client } of this.seats) await client.settled();
  }

  /** Everybody has heard what was for him, and nothing else. */
  expectHeard(): { said: number; acked: number; refused: number; due: number } {
    const due = this.seats.reduce((sum, { id, client }) => sum + this.words.expectHeard(id, client), 0);
    return { said: this.words.said, acked: this.words.acked, refused: this.refused, due };
  }

  // By the clock, so that late timers do not slow the pace.
  private async atPace(perSecond: number, act: (at: number) => void): Promise<void> {
    const startedAt = Date.now();
    for (let turn = 1; !this.enough.signal.aborted; turn++) {
      act(this.chance.below(this.seats.length));
      await delay(Math.max(0, startedAt + (turn / perSecond) * 1_000 - Date.now()));
    }
  }

  private say(at: number, to: string, command: string, content: object): void {
    const seat = this.seats[at];
    if (!seat) return;
    const word = this.words.add(seat.id, to);
    // Without an answer it is not known whether it was said. There is no mark by which a second attempt would be known
    // for the same, so that it is not made, and the word is due to nobody.
    const answered = seat.client.send(command, { ...content, text: word.text }).then(
      ({ success, error }) => {
        word.acked = success;
        if (!success) this.refused++;
        if (!success) expect(error).toMatchObject({ retryable: true });
      },
      () => undefined,
    );
    this.answers.push(answered);
  }
}
