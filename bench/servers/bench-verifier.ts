/** Verifies tokens as the product does: one secret as a key object, one algorithm, issuer and audience. */
import { createSecretKey } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { AppError, type Principal } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { TokenVerifier } from '@aeturnis/realtime';

interface Claims {
  sub: string;
  name: string;
  roles: string[];
  sid: string;
  exp: number;
}

@Injectable()
export class BenchVerifier extends TokenVerifier {
  private readonly jwt: JwtService;

  constructor(@Inject(APP_CONFIG) private readonly config: AppConfig) {
    super();
    this.jwt = new JwtService({ secret: createSecretKey(Buffer.from(config.jwtSecret ?? '')) });
  }

  override verify(token: string): Promise<Principal> {
    const { jwtIssuer: issuer, jwtAudience: audience } = this.config;
    try {
      const claims = this.jwt.verify<Claims>(token, { algorithms: ['HS256'], issuer, audience });
      const { sub: userId, name, roles, sid: sessionId, exp } = claims;
      return Promise.resolve({ userId, name, roles, sessionId, expiresAt: exp * 1000 });
    } catch (cause) {
      return Promise.reject(new AppError('INVALID_TOKEN', 'The token is not valid', { cause }));
    }
  }
}
