/** A subscriber connection that records which subscriptions Redis refused, and can retry them. */
import { type Command, Redis } from 'ioredis';
import { isReply } from './reply';

const SUBSCRIBES = new Set(['subscribe', 'psubscribe', 'ssubscribe']);

interface RefusedSubscription {
  readonly name: string;
  readonly channels: (string | Buffer)[];
  readonly error: unknown;
}

export class Subscriber extends Redis {
  private readonly refused = new Map<string, RefusedSubscription>();

  /** The error of the first refused subscription; undefined if none is refused. */
  get refusal(): unknown {
    return [...this.refused.values()][0]?.error;
  }

  /** Retries refused subscriptions. On success it reconnects, because subscribers repeat their subscriptions on `ready`. */
  async retryRefused(): Promise<void> {
    const asked = [...this.refused.values()].map(({ name, channels }) => this.call(name, ...channels));
    const refused = (await Promise.allSettled(asked)).some(({ status }) => status === 'rejected');
    if (!refused) this.disconnect(true);
  }

  override sendCommand(...args: Parameters<Redis['sendCommand']>): unknown {
    const [command] = args;
    if (SUBSCRIBES.has(command.name)) this.noticeRefusal(command);
    return super.sendCommand(...args);
  }

  private noticeRefusal({ name, args, promise }: Command): void {
    const channels = args.filter((each): each is string | Buffer => typeof each === 'string' || Buffer.isBuffer(each));
    const key = [name, ...channels].join(' ');
    (promise as Promise<unknown>).then(
      () => this.refused.delete(key),
      (error: unknown) => {
        if (isReply(error)) this.refused.set(key, { name, channels, error });
      },
    );
  }
}
