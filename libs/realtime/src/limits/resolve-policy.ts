/** Which rate policy holds for a command: `@SkipThrottle`, `@Throttle`, the application's word, or the contract's. */
import type { Type } from '@nestjs/common';
import type { CommandContract, RatePolicy } from '@aeturnis/contracts';

// The metadata keys of @nestjs/throttler's decorators, for its throttler 'default'.
const LIMIT = 'THROTTLER:LIMITdefault';
const TTL = 'THROTTLER:TTLdefault';
const SKIP = 'THROTTLER:SKIPdefault';

export type PolicyOverrides = Readonly<Record<string, Partial<RatePolicy>>>;

export function resolvePolicy(
  contract: CommandContract,
  method: object,
  gateway: Type,
  overrides: PolicyOverrides = {},
): RatePolicy | null {
  const told = <T>(key: string): T | undefined =>
    (Reflect.getMetadata(key, method) ?? Reflect.getMetadata(key, gateway)) as T | undefined;
  if (told<boolean>(SKIP) === true) return null;
  const policy = { ...contract.policy, ...overrides[contract.name] };
  const limit = told<number>(LIMIT);
  const windowMs = told<number>(TTL);
  if (limit === undefined || windowMs === undefined) return policy;
  return { ...policy, limit, windowMs, burst: limit };
}
