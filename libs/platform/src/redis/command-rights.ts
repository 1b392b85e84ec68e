/**
 * Tests whether the Redis user may run every command that our scripts call. Redis checks permissions before types: on a key
 * that holds a string most commands fail with WRONGTYPE and change nothing.
 */
import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

const KEY = 'key';

/** Every command that a script calls, with the fewest arguments it takes. `SET` is the first: it writes the text. */
export const COMMANDS: readonly (readonly string[])[] = [
  ['SET', KEY, '', 'EX', '60'],
  ...['GET', 'EXISTS', 'HGETALL', 'HLEN', 'HVALS', 'PTTL', 'SMEMBERS', 'SPOP', 'ZCARD'].map((name) => [name, KEY]),
  ...['HDEL', 'HEXISTS', 'HGET', 'HMGET', 'SADD', 'SISMEMBER', 'SREM', 'ZREM', 'ZSCORE'].map((name) => [
    name,
    KEY,
    'a',
  ]),
  ...['ZRANGE', 'ZRANGEBYSCORE', 'ZREMRANGEBYSCORE', 'XRANGE', 'XREVRANGE'].map((name) => [name, KEY, '0', '0']),
  ['HINCRBY', KEY, 'a', '1'],
  ['HSET', KEY, 'a', ''],
  ['SETNX', KEY, ''],
  ['ZADD', KEY, '0', 'a'],
  ['XADD', KEY, '*', 'a', ''],
  ['XINFO', 'STREAM', KEY],
  ['XTRIM', KEY, 'MAXLEN', '0'],
  ['PEXPIRE', KEY, '60000'],
  ['TIME'],
  ['DEL', KEY],
];

// Answers the name of the first command that is refused and why, or nothing.
const SCRIPT = `
for _, command in ipairs(cjson.decode(ARGV[1])) do
  for i, part in ipairs(command) do
    if part == '${KEY}' then command[i] = KEYS[1] end
  end
  local answer = redis.pcall(unpack(command))
  if type(answer) == 'table' and answer.err and not string.find(answer.err, 'WRONGTYPE', 1, true) then
    return {command[1], answer.err}
  end
end
return {}`;
const SCRIPT_SHA = createHash('sha1').update(SCRIPT).digest('hex');
const ARGUMENT = JSON.stringify(COMMANDS);

export interface Refusal {
  readonly command: string;
  readonly message: string;
}

/** @returns what is refused first; null where nothing is. @throws what Redis says where it runs no script at all. */
export async function refusedCommand(redis: Redis, key: string): Promise<Refusal | null> {
  const answer = await redis.evalsha(SCRIPT_SHA, 1, key, ARGUMENT).catch((error: unknown) => {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
    return redis.eval(SCRIPT, 1, key, ARGUMENT);
  });
  const [command, message] = answer as [] | [string, string];
  return command === undefined ? null : { command, message: message ?? '' };
}
