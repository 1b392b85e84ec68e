/** Hears the journal over a Redis subscription of its own. */
import type { AppConfig } from '@aeturnis/platform';
import type { Redis } from 'ioredis';
import type { FeedListener, RecoveryFeed } from './recovery-store';
import { RECOVERY_PREFIX } from './redis-recovery-store';

export class RedisRecoveryFeed implements RecoveryFeed {
  readonly shared = true;

  constructor(
    private readonly commands: Redis,
    private readonly subscriber: Redis,
    private readonly pubSub: AppConfig['redisPubSub'] = 'plain',
    private readonly base = RECOVERY_PREFIX,
  ) {}

  listen(source: string, listener: FeedListener): void {
    const [feed, own] = [`${this.base}:feed`, this.channelOf(source)];
    this.subscriber.on(this.sharded ? 'smessage' : 'message', (channel: string, message: string) => {
      if (channel === own) return listener.word(message);
      if (channel !== feed) return;
      const [first, second] = [message.indexOf(' '), message.indexOf(' ', message.indexOf(' ') + 1)];
      const n = Number(message.slice(first + 1, second));
      listener.record(message.slice(0, first), { n, payload: message.slice(second + 1) });
    });
    // Only once the server has confirmed it does the subscription miss nothing more.
    const begin = (): void => {
      const subscribed = this.sharded ? this.subscriber.ssubscribe(feed, own) : this.subscriber.subscribe(feed, own);
      subscribed.then(
        () => listener.ready(),
        () => undefined,
      );
    };
    this.subscriber.on('ready', begin);
    if (this.subscriber.status === 'ready') begin();
  }

  restart(): void {
    this.subscriber.disconnect(true);
  }

  async say(source: string, message: string): Promise<boolean> {
    const channel = this.channelOf(source);
    const said = this.sharded ? this.commands.spublish(channel, message) : this.commands.publish(channel, message);
    return Number(await said) > 0;
  }

  close(): void {
    this.subscriber.disconnect();
  }

  private get sharded(): boolean {
    return this.pubSub === 'sharded';
  }

  private channelOf(source: string): string {
    return `${this.base}:node:${source}`;
  }
}
