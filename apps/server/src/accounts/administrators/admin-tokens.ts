/** One-time tokens for registering an administrator's name; all nodes derive the same one until it is used. */
import { createHmac, createSecretKey, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto';
import type { FactoryProvider } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { jwtKey } from '../tokens/jwt-secret';

const BYTES = 24;

export class AdminTokens {
  /** `key`: shared by all nodes and not stored in the database. */
  constructor(private readonly key: KeyObject) {}

  /** Each registration of the name increments its claims, which changes the token. */
  tokenFor(nameKey: string, claims: number): string {
    const mac = createHmac('sha256', this.key).update(`admin-token:${claims}:${nameKey}`).digest();
    return mac.subarray(0, BYTES).toString('base64url');
  }

  matches(token: string, nameKey: string, claims: number): boolean {
    const [given, expected] = [Buffer.from(token), Buffer.from(this.tokenFor(nameKey, claims))];
    return given.length === expected.length && timingSafeEqual(given, expected);
  }
}

export const adminTokensProvider: FactoryProvider<AdminTokens> = {
  provide: AdminTokens,
  inject: [APP_CONFIG],
  // With an outside issuer no user registers at this server, and there is no shared secret, so a random key does.
  useFactory: async (config: AppConfig) =>
    new AdminTokens(config.issuer === 'own' ? await jwtKey(config) : createSecretKey(randomBytes(32))),
};
