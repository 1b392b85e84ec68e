/** Access tokens of an outside issuer: verified with its public key, or with the key set that it publishes (JWKS). */
import { createPublicKey } from 'node:crypto';
import { AppError, nameKey } from '@aeturnis/contracts';
import type { AppConfig } from '@aeturnis/platform';
import type { Clock } from '@aeturnis/realtime';
import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { type BasicClaims, checkClaims, invalidToken } from './claims';

const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'];
/** An unknown key id reloads the key set, at most this often, so that forged tokens cannot flood the issuer. */
const COOLDOWN_MS = 1_000;
const FETCH_TIMEOUT_MS = 5_000;

export interface OutsideClaims extends BasicClaims {
  /** The issuer's name of the user, possibly the login at the issuer. */
  readonly name: string | undefined;
  /** A name from the issuer that other users may see: never the login at the issuer. */
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

  /** @throws AppError INVALID_TOKEN, EXPIRED_TOKEN, UNAVAILABLE while the key set cannot be fetched. */
  async verify(token: string): Promise<OutsideClaims> {
    const claims = await this.claimsOf(token);
    const basics = checkClaims(claims);
    const publicNames = [claims['nickname'], claims['name']].filter(isText);
    const login = claims['preferred_username'];
    return {
      ...basics,
      name: isText(login) ? login : publicNames[0],
      displayName: publicNames.find((value) => !isText(login) || nameKey(value) !== nameKey(login)),
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

// Errors without a class of the library come from fetching: a network failure, or a response that is not a key set.
function isOutage(error: unknown): boolean {
  if (!(error instanceof errors.JOSEError)) return true;
  return (
    error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid || error.constructor === errors.JOSEError
  );
}

const unavailable = (cause: unknown): AppError =>
  new AppError('UNAVAILABLE', 'The key set of the issuer cannot be fetched', { cause, retryAfterMs: 2_000 });
