/** The URLs of the PostgreSQL and the Redis that the global set-up has started for this run. */

export const commonRedisUrl = (): string => requiredVariable('TEST_REDIS_URL');
export const commonDatabaseUrl = (): string => requiredVariable('TEST_DATABASE_URL');

function requiredVariable(name: string): string {
  const url = process.env[name];
  if (url === undefined) throw new Error(`${name} is not set; run this suite in a Jest project with the global set-up`);
  return url;
}
