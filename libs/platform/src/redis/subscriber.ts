/** A subscriber connection that records which subscriptions Redis refused, and can retry them. */
import { type Command, Redis } from 'ioredis';
import { isReplyError } from './reply-error';

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
    const retries = [...this.refused.values()].map(({ name, channels }) => this.call(name, ...channels));
    const refused = (await Promise.allSettled(retries)).some(({ status }) => status === 'rejected');
    if (!refused) this.disconnect(true);
  }

  override sendCommand(...args: Parameters<Redis['sendCommand']>): unknown {
    const [command] = args;
    if (SUBSCRIBES.has(command.name)) this.trackRefusal(command);
    return super.sendCommand(...args);
  }

  private trackRefusal({ name, args, promise }: Command): void {
    const channels = args.filter((arg): arg is string | Buffer => typeof arg === 'string' || Buffer.isBuffer(arg));
    const key = [name, ...channels].join(' ');
    (promise as Promise<unknown>).then(
      () => this.refused.delete(key),
      (error: unknown) => {
        if (isReplyError(error)) this.refused.set(key, { name, channels, error });
      },
    );
  }
}
