/** One-time tokens with which an administrator's name is registered; all nodes print the same one, until it is used. */
import { createHmac, createSecretKey, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto';
import type { FactoryProvider } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { jwtKey } from '../tokens/jwt-secret';

const BYTES = 24;

export class AdminTokens {
  /** The key is one that all nodes share and no database holds. */
  constructor(private readonly key: KeyObject) {}

  /** Each registration of the name counts as a claim, after which the token is another one. */
  of(nameKey: string, claims: number): string {
    const mac = createHmac('sha256', this.key).update(`admin-token:${claims}:${nameKey}`).digest();
    return mac.subarray(0, BYTES).toString('base64url');
  }

  matches(token: string, nameKey: string, claims: number): boolean {
    const [given, expected] = [Buffer.from(token), Buffer.from(this.of(nameKey, claims))];
    return given.length === expected.length && timingSafeEqual(given, expected);
  }
}

export const adminTokensProvider: FactoryProvider<AdminTokens> = {
  provide: AdminTokens,
  inject: [APP_CONFIG],
  // Where an outside issuer keeps the accounts, nobody registers here, and there is no secret.
  useFactory: async (config: AppConfig) =>
    new AdminTokens(config.issuer === 'own' ? await jwtKey(config) : createSecretKey(randomBytes(32))),
};
