/** Access tokens of own accounts: signed and checked with one secret and one algorithm. */
import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { AppError } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { Clock } from '@aeturnis/realtime';
import type { AccountState } from '../account';
import { checkClaims, invalidToken } from './claims';

export const ALGORITHM = 'HS256';

/** What a token proves. The rest about its holder is asked of the account. */
export interface AccessClaims {
  readonly userId: string;
  /** Empty where another service that holds the secret made the token: it belongs to no login and lives until it expires. */
  readonly sessionId: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

interface Complete {
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

  /** Life of a token in whole seconds. */
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
      const { header, payload } = this.jwt.verify<Complete>(token, {
        ...expected,
        algorithms: [ALGORITHM],
        complete: true,
      });
      // RFC 7515, 4.1.11: whoever does not understand a critical extension must refuse the token. We know none.
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
