/** Resolves the rate policy of a command: `@SkipThrottle`, `@Throttle`, the application's override, or the contract's. */
import type { Type } from '@nestjs/common';
import type { CommandContract, RatePolicy } from '@aeturnis/contracts';
import type { PolicyOverrides } from '../../base/realtime.options';
import { THROTTLE_LIMIT, THROTTLE_SKIP, THROTTLE_TTL } from './throttler-metadata';

export function resolvePolicy(
  contract: CommandContract,
  method: object,
  gateway: Type,
  overrides: PolicyOverrides = {},
): RatePolicy | null {
  const metadataOf = <T>(key: unknown): T | undefined =>
    (Reflect.getMetadata(key, method) ?? Reflect.getMetadata(key, gateway)) as T | undefined;
  if (metadataOf<boolean>(THROTTLE_SKIP) === true) return null;
  const policy = { ...contract.policy, ...overrides[contract.name] };
  const limit = metadataOf<number>(THROTTLE_LIMIT);
  const windowMs = metadataOf<number>(THROTTLE_TTL);
  if (limit === undefined || windowMs === undefined) return policy;
  return { ...policy, limit, windowMs, burst: limit };
}
