/** Detects subscriber connections that look open but receive nothing, for example because Redis failed over to another server. */
import type { Redis } from 'ioredis';
import type { Subscriber } from './subscriber';

/** Heartbeats in a row that a subscriber may miss. */
const MAX_MISSED_BEATS = 3;

export class PubSubHeartbeat {
  private readonly channel: Buffer;
  /** Heartbeats that were published since each subscriber received one. */
  private readonly missedBeats = new Map<Subscriber, number>();

  constructor(
    channel: string,
    /** Whether nodes publish with SPUBLISH: the heartbeat must take the same path as their messages. */
    private readonly isSharded = false,
  ) {
    this.channel = Buffer.from(channel);
  }

  /** Whether a connected subscriber has missed `MAX_MISSED_BEATS` heartbeats. */
  get hasSilentSubscriber(): boolean {
    return [...this.missedBeats].some(([{ status }, missed]) => status === 'ready' && missed >= MAX_MISSED_BEATS);
  }

  /** The error of a refused subscription; undefined if none is refused. */
  get refusal(): unknown {
    return [...this.missedBeats.keys()].map(({ refusal }) => refusal).find((refusal) => refusal !== undefined);
  }

  track(subscriber: Subscriber): Subscriber {
    this.missedBeats.set(subscriber, 0);
    const subscribe = (): void => {
      const subscribed = this.isSharded ? subscriber.ssubscribe(this.channel) : subscriber.subscribe(this.channel);
      subscribed.catch(() => undefined);
    };
    // The buffer event: ioredis would otherwise decode every message of this connection to a string.
    subscriber.on(this.isSharded ? 'smessageBuffer' : 'messageBuffer', (channel: Buffer) => {
      if (channel.equals(this.channel)) this.missedBeats.set(subscriber, 0);
    });
    subscriber.on('ready', subscribe);
    if (subscriber.status === 'ready') subscribe();
    return subscriber;
  }

  /**
   * Call it when the command connection has been replaced. After a failover it leads to another server, which publishes
   * nothing to subscriptions that stay on the old one; waiting for missed heartbeats would leave this node deaf for seconds.
   */
  reconnectSubscribers(): void {
    for (const subscriber of this.missedBeats.keys()) if (subscriber.status === 'ready') subscriber.disconnect(true);
  }

  /** Call it once a second with the command connection. Subscribers that miss several heartbeats reconnect. */
  async beat(commands: Redis): Promise<void> {
    await (this.isSharded ? commands.spublish(this.channel, '') : commands.publish(this.channel, ''));
    for (const [subscriber, missed] of this.missedBeats) {
      if (subscriber.status !== 'ready') continue;
      // Without the permission to subscribe a new connection would not help.
      if (subscriber.refusal !== undefined) {
        void subscriber.retryRefused();
        continue;
      }
      this.missedBeats.set(subscriber, missed + 1);
      if ((missed + 1) % (MAX_MISSED_BEATS + 1) === 0) subscriber.disconnect(true);
    }
  }
}
