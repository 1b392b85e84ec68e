/** Where the PostgreSQL and the Redis are that the global set-up has started for the suites of this run. */

export const commonRedisUrl = (): string => named('TEST_REDIS_URL');
export const commonDatabaseUrl = (): string => named('TEST_DATABASE_URL');

function named(name: string): string {
  const url = process.env[name];
  if (url === undefined) throw new Error(`${name} is not set: the global set-up of the tests sets it`);
  return url;
}
