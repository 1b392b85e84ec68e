/** Which rate policy holds for a command: `@SkipThrottle`, `@Throttle`, the application's word, or the contract's. */
import type { Type } from '@nestjs/common';
import type { CommandContract, RatePolicy } from '@aeturnis/contracts';
import { THROTTLE_LIMIT, THROTTLE_SKIP, THROTTLE_TTL } from './throttler-metadata';

export type PolicyOverrides = Readonly<Record<string, Partial<RatePolicy>>>;

export function resolvePolicy(
  contract: CommandContract,
  method: object,
  gateway: Type,
  overrides: PolicyOverrides = {},
): RatePolicy | null {
  const told = <T>(key: unknown): T | undefined =>
    (Reflect.getMetadata(key, method) ?? Reflect.getMetadata(key, gateway)) as T | undefined;
  if (told<boolean>(THROTTLE_SKIP) === true) return null;
  const policy = { ...contract.policy, ...overrides[contract.name] };
  const limit = told<number>(THROTTLE_LIMIT);
  const windowMs = told<number>(THROTTLE_TTL);
  if (limit === undefined || windowMs === undefined) return policy;
  return { ...policy, limit, windowMs, burst: limit };
}
