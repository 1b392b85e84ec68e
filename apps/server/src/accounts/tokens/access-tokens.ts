/** Access tokens of this server's accounts: signed and verified with one secret and one algorithm. */
import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { AppError } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { Clock } from '@aeturnis/realtime';
import type { AccountState } from '../account';
import { checkClaims, invalidToken } from './claims';

const ALGORITHM = 'HS256';

/** The claims that are used from a token; roles and name are read from the account. */
interface AccessClaims {
  readonly userId: string;
  /** Empty for a token from another service with the secret: it has no session and is valid until it expires. */
  readonly sessionId: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

interface DecodedToken {
  readonly header: object;
  readonly payload: Record<string, unknown>;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

@Injectable()
export class AccessTokens {
  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly jwt: JwtService,
    private readonly clock: Clock,
  ) {}

  /** Lifetime of a token in whole seconds. */
  get lifetime(): number {
    return Math.ceil(this.config.accessTokenTtlMs / 1000);
  }

  sign({ id, displayName, roles }: AccountState, sessionId: string): string {
    const iat = this.seconds();
    const claims = {
      sub: id,
      name: displayName,
      roles,
      sid: sessionId,
      jti: randomUUID(),
      iat,
      exp: iat + this.lifetime,
    };
    const { jwtIssuer: issuer, jwtAudience: audience } = this.config;
    return this.jwt.sign(claims, { algorithm: ALGORITHM, issuer, audience });
  }

  /** @throws AppError INVALID_TOKEN, EXPIRED_TOKEN. */
  verify(token: string): AccessClaims {
    const claims = this.claimsOf(token);
    const { subject, expiresAt } = checkClaims(claims);
    const { sid = '' } = claims;
    if (!UUID.test(subject) || typeof sid !== 'string' || (sid !== '' && !UUID.test(sid))) throw invalidToken();
    return { userId: subject, sessionId: sid, expiresAt };
  }

  private claimsOf(token: string): Record<string, unknown> {
    const { jwtIssuer: issuer, jwtAudience: audience } = this.config;
    const expected = { issuer, audience, clockTimestamp: this.seconds() };
    try {
      const { header, payload } = this.jwt.verify<DecodedToken>(token, {
        ...expected,
        algorithms: [ALGORITHM],
        complete: true,
      });
      // RFC 7515, 4.1.11: a token with a critical extension that is not supported must be refused. None is supported.
      if ('crit' in header) throw invalidToken();
      return payload;
    } catch (error) {
      if (error instanceof AppError) throw error;
      if ((error as Error).name === 'TokenExpiredError') throw new AppError('EXPIRED_TOKEN', 'The token has expired');
      throw invalidToken(error);
    }
  }

  private seconds(): number {
    return Math.floor(this.clock.now() / 1000);
  }
}
