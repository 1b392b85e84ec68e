/**
 * Checks that the Redis user may run every command of the server's scripts. Redis checks permissions before types, so most
 * commands are tested on a key that holds a string: they fail with WRONGTYPE and change nothing.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { readLuaScript } from './lua-script';

const KEY = 'key';

/** Every command that a script calls, with the fewest arguments. `SET` comes first, because it writes the string. */
export const SCRIPT_COMMANDS: readonly (readonly string[])[] = [
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

const SCRIPT = readLuaScript(join(__dirname, 'find-refused-command.lua'), { KEY });
const SCRIPT_SHA = createHash('sha1').update(SCRIPT).digest('hex');
const ARGUMENT = JSON.stringify(SCRIPT_COMMANDS);

interface RefusedCommand {
  readonly command: string;
  readonly message: string;
}

/** @returns the first refused command, or null. @throws the error of Redis if the user may not run scripts at all. */
export async function findRefusedCommand(redis: Redis, key: string): Promise<RefusedCommand | null> {
  const answer = await redis.evalsha(SCRIPT_SHA, 1, key, ARGUMENT).catch((error: unknown) => {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
    return redis.eval(SCRIPT, 1, key, ARGUMENT);
  });
  const [command, message] = answer as [] | [string, string];
  return command === undefined ? null : { command, message: message ?? '' };
}
