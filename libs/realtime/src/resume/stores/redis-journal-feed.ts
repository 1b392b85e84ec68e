/** The journal's feed over Redis pub/sub: delivers appended entries and messages of other nodes to this node. */
import type { AppConfig } from '@aeturnis/platform';
import type { Redis } from 'ioredis';
import type { FeedListener, JournalFeed } from './resume-store';
import { RESUME_KEY_PREFIX } from './redis-resume-store';

export class RedisJournalFeed implements JournalFeed {
  readonly isShared = true;

  constructor(
    private readonly commands: Redis,
    private readonly subscriber: Redis,
    private readonly pubSub: AppConfig['redisPubSub'] = 'plain',
    private readonly baseKey = RESUME_KEY_PREFIX,
  ) {}

  subscribe(source: string, listener: FeedListener): void {
    const [feed, own] = [`${this.baseKey}:feed`, this.channelOf(source)];
    this.subscriber.on(this.isSharded ? 'smessage' : 'message', (channel: string, message: string) => {
      if (channel === own) return listener.onNodeMessage(message);
      if (channel !== feed) return;
      const [first, second] = [message.indexOf(' '), message.indexOf(' ', message.indexOf(' ') + 1)];
      const n = Number(message.slice(first + 1, second));
      listener.onRecord(message.slice(0, first), { n, payload: message.slice(second + 1) });
    });
    // From the server's confirmation on the subscription misses nothing: only then may the consumer read the log up to here.
    const start = (): void => {
      const subscribed = this.isSharded ? this.subscriber.ssubscribe(feed, own) : this.subscriber.subscribe(feed, own);
      subscribed.then(
        () => listener.onReady(),
        () => undefined,
      );
    };
    this.subscriber.on('ready', start);
    if (this.subscriber.status === 'ready') start();
  }

  resubscribe(): void {
    this.subscriber.disconnect(true);
  }

  async sendToNode(source: string, message: string): Promise<boolean> {
    const channel = this.channelOf(source);
    const count = this.isSharded ? this.commands.spublish(channel, message) : this.commands.publish(channel, message);
    return Number(await count) > 0;
  }

  close(): void {
    this.subscriber.disconnect();
  }

  private get isSharded(): boolean {
    return this.pubSub === 'sharded';
  }

  private channelOf(source: string): string {
    return `${this.baseKey}:node:${source}`;
  }
}
