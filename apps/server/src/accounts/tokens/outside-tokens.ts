/** Access tokens of an outside issuer: checked with its public key, or with the key set it publishes. */
import { createPublicKey } from 'node:crypto';
import { AppError } from '@aeturnis/contracts';
import type { AppConfig } from '@aeturnis/platform';
import type { Clock } from '@aeturnis/realtime';
import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { type BasicClaims, checkClaims, invalidToken } from './claims';

const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'];
/** An unknown key id makes the key set be read again, but no more often than this: so forgers cannot flood the issuer. */
const COOLDOWN_MS = 1_000;
const FETCH_TIMEOUT_MS = 5_000;

export interface OutsideClaims extends BasicClaims {
  /** What the issuer calls its holder. */
  readonly name: string | undefined;
}

export class OutsideTokens {
  private readonly keys: JWTVerifyGetKey;

  constructor(
    private readonly config: AppConfig,
    private readonly clock: Clock,
  ) {
    this.keys = keysOf(config);
  }

  /** @throws AppError INVALID_TOKEN, EXPIRED_TOKEN, UNAVAILABLE while the key set cannot be read. */
  async verify(token: string): Promise<OutsideClaims> {
    const claims = await this.claimsOf(token);
    const basics = checkClaims(claims);
    const names = [claims['preferred_username'], claims['nickname'], claims['name']];
    const name = names.find((value): value is string => typeof value === 'string' && value !== '');
    return { ...basics, name };
  }

  private async claimsOf(token: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, this.keys, {
        algorithms: ALGORITHMS,
        issuer: this.config.jwtIssuer,
        audience: this.config.jwtAudience,
        requiredClaims: ['sub', 'exp'],
        currentDate: new Date(this.clock.now()),
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw new AppError('EXPIRED_TOKEN', 'The token has expired');
      throw this.config.jwtJwksUrl !== undefined && isOutage(error) ? unavailable(error) : invalidToken(error);
    }
  }
}

function keysOf({ jwtPublicKey, jwtJwksUrl }: AppConfig): JWTVerifyGetKey {
  if (jwtPublicKey === undefined) {
    const options = { cooldownDuration: COOLDOWN_MS, timeoutDuration: FETCH_TIMEOUT_MS };
    return createRemoteJWKSet(new URL(jwtJwksUrl ?? ''), options);
  }
  const key = createPublicKey(jwtPublicKey);
  return () => Promise.resolve(key);
}

// What the library has no class for comes from fetching: a network failure, or an answer that is no key set.
function isOutage(error: unknown): boolean {
  if (!(error instanceof errors.JOSEError)) return true;
  return (
    error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid || error.constructor === errors.JOSEError
  );
}

const unavailable = (cause: unknown): AppError =>
  new AppError('UNAVAILABLE', 'The issuer of the token cannot be asked right now', { cause, retryAfterMs: 2_000 });
