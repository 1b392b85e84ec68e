/** Somebody who says numbers to everybody at a steady pace, and knows which of them were acknowledged. */
import { setTimeout as delay } from 'node:timers/promises';
import { type TestClient, until } from '../../support/client';
import type { ChaosNode } from './node';
import type { Joined, World } from './world';

const MOST_WAITING = 80;

let serial = 0;

export class Speech {
  /** In the order said, which is the order in which everybody must hear them. */
  readonly said: string[] = [];
  private readonly run = `speech${++serial}`;
  private readonly acks: ReturnType<TestClient['send']>[] = [];
  private readonly enough = new AbortController();
  private answered = 0;
  private ended: Promise<void> = Promise.resolve();

  private constructor(
    readonly speaker: Joined,
    private readonly paceMs: number,
  ) {}

  /** Begins at once, 200 a second unless told otherwise. */
  static async on(world: World, node: ChaosNode, paceMs = 5): Promise<Speech> {
    const speech = new Speech(await world.join(node), paceMs);
    speech.ended = speech.speak();
    return speech;
  }

  /** Waits until so many more have been said. */
  async more(count: number): Promise<void> {
    const goal = this.said.length + count;
    await until(() => this.said.length >= goal, `${goal} said`, 60_000);
  }

  /** Stops, and sees to it that all of it was acknowledged. @returns what was said. */
  async stop(): Promise<readonly string[]> {
    this.enough.abort();
    await this.ended;
    for (const { success, error } of await Promise.all(this.acks))
      expect({ success, error }).toEqual({ success: true });
    return this.said;
  }

  private async speak(): Promise<void> {
    const startedAt = Date.now();
    while (!this.enough.signal.aborted && this.speaker.client.socket.connected) {
      const text = `${this.run} ${this.said.length}`;
      this.said.push(text);
      const ack = this.speaker.client.send('chat:message', { channel: 'global', text });
      // Looked at in the end; a scenario that has failed by then does not look.
      ack.then(
        () => this.answered++,
        () => this.enough.abort(),
      );
      this.acks.push(ack);
      // No more may wait on one connection than the server allows; a slow machine slows the speech instead.
      const waiting = (): number => (this.enough.signal.aborted ? 0 : this.said.length - this.answered);
      await until(() => waiting() < MOST_WAITING, 'some of it is answered', 60_000);
      // By the clock, so that late timers do not slow the pace.
      await delay(Math.max(0, startedAt + this.said.length * this.paceMs - Date.now()));
    }
  }
}
