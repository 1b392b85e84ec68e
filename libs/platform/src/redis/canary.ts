/** Notices subscriptions that look alive and hear nothing: the server they hang on is not the one that publishes any more. */
import type { Redis } from 'ioredis';
import type { Subscriber } from './subscriber';

/** Songs in a row that a subscriber may miss. */
const MISSED_AT_MOST = 3;

export class Canary {
  private readonly channel: Buffer;
  /** Songs since each subscriber heard one. */
  private readonly missed = new Map<Subscriber, number>();

  constructor(
    channel: string,
    /** By SPUBLISH, as nodes speak then. */
    private readonly isSharded = false,
  ) {
    this.channel = Buffer.from(channel);
  }

  /** A subscriber that is connected has missed several. */
  get isUnheard(): boolean {
    return [...this.missed].some(([{ status }, missed]) => status === 'ready' && missed >= MISSED_AT_MOST);
  }

  /** The error of a refused subscription; undefined if none is refused. */
  get refusal(): unknown {
    return [...this.missed.keys()].map(({ refusal }) => refusal).find((refusal) => refusal !== undefined);
  }

  watch(subscriber: Subscriber): Subscriber {
    this.missed.set(subscriber, 0);
    const listen = (): void => {
      const subscribed = this.isSharded ? subscriber.ssubscribe(this.channel) : subscriber.subscribe(this.channel);
      subscribed.catch(() => undefined);
    };
    // As a buffer: what else comes over this connection must not be made a text for it.
    subscriber.on(this.isSharded ? 'smessageBuffer' : 'messageBuffer', (channel: Buffer) => {
      if (channel.equals(this.channel)) this.missed.set(subscriber, 0);
    });
    subscriber.on('ready', listen);
    if (subscriber.status === 'ready') listen();
    return subscriber;
  }

  /** Once a second, over the connection for commands. Who does not hear it connects anew. */
  async sing(commands: Redis): Promise<void> {
    await (this.isSharded ? commands.spublish(this.channel, '') : commands.publish(this.channel, ''));
    for (const [subscriber, missed] of this.missed) {
      if (subscriber.status !== 'ready') continue;
      // A new connection would not help without the right to subscribe.
      if (subscriber.refusal !== undefined) {
        void subscriber.retryRefused();
        continue;
      }
      this.missed.set(subscriber, missed + 1);
      if ((missed + 1) % (MISSED_AT_MOST + 1) === 0) subscriber.disconnect(true);
    }
  }
}
