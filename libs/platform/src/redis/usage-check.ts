/** Finds out whether Redis can be used the way this server uses it: by scripts that write, and messages that arrive. */
import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Canary } from './canary';

const WRITE = "return redis.call('set', KEYS[1], '', 'EX', 60)";
const WRITE_SHA = createHash('sha1').update(WRITE).digest('hex');

/** What Redis says first, and what that means; the rest of it may name keys. */
const REASONS: readonly [start: RegExp, reason: string][] = [
  [/^NOPERM.*keys/, 'the user may not use all keys'],
  [/^NOPERM.*channels/, 'the user may not use all channels'],
  [/^READONLY|read[ -]?only/i, 'it is a read-only replica'],
  [/^OOM|OOM command not allowed/, 'it is full (maxmemory)'],
  [/^MISCONF/, 'it cannot save its data to disk'],
  [/^(NOAUTH|WRONGPASS)/, 'it refuses the password'],
];
const NOT_PERMITTED = /^NOPERM.*'([\w|]+)' command/;

export class UsageCheck {
  constructor(
    private readonly key: string,
    private readonly canary: Canary,
  ) {}

  /** @returns why Redis refuses; null where it does not; undefined where the connection broke, which the pings notice. */
  async run(redis: Redis): Promise<string | null | undefined> {
    try {
      await this.write(redis);
      await this.canary.sing(redis);
    } catch (error) {
      return isReply(error) ? reasonOf(error) : undefined;
    }
    return this.canary.isUnheard ? 'what is published does not arrive' : null;
  }

  private async write(redis: Redis): Promise<void> {
    await redis.evalsha(WRITE_SHA, 1, this.key).catch((error: unknown) => {
      if (!/^NOSCRIPT/.test(messageOf(error))) throw error;
      return redis.eval(WRITE, 1, this.key);
    });
  }
}

function reasonOf(error: unknown): string {
  const message = messageOf(error);
  const [, command] = NOT_PERMITTED.exec(message) ?? [];
  if (command !== undefined) return `the user may not run ${command.toUpperCase()}`;
  return REASONS.find(([start]) => start.test(message))?.[1] ?? 'it refuses to write or to publish';
}

/** An answer of Redis, and not an error of the connection. */
const isReply = (error: unknown): boolean => error instanceof Error && error.name === 'ReplyError';

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
