/** Access tokens of an outside issuer: checked with its public key, or with the key set it publishes. */
import { createPublicKey } from 'node:crypto';
import { AppError, nameKey } from '@aeturnis/contracts';
import type { AppConfig } from '@aeturnis/platform';
import type { Clock } from '@aeturnis/realtime';
import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { type BasicClaims, checkClaims, invalidToken } from './claims';

const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'];
/** An unknown key id makes the key set be read again, but no more often than this: so forgers cannot flood the issuer. */
const COOLDOWN_MS = 1_000;
const FETCH_TIMEOUT_MS = 5_000;

export interface OutsideClaims extends BasicClaims {
  /** What the issuer calls its holder, perhaps what the holder logs in with there. */
  readonly name: string | undefined;
  /** What the issuer says that others may call its holder. */
  readonly displayName: string | undefined;
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
    const shown = [claims['nickname'], claims['name']].filter(isText);
    const login = claims['preferred_username'];
    return {
      ...basics,
      name: isText(login) ? login : shown[0],
      displayName: shown.find((value) => !isText(login) || nameKey(value) !== nameKey(login)),
    };
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

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

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
