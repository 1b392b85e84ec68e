/** Known addresses under the secret of the tokens, which all nodes share and no database holds. */
import { createSecretKey, randomBytes } from 'node:crypto';
import type { FactoryProvider } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { Clock } from '@aeturnis/realtime';
import { jwtKey } from '../tokens/jwt-secret';
import { KnownAddresses } from './known-addresses';
import { KnownAddressesRepository } from './known-addresses.repository';

export const knownAddressesProvider: FactoryProvider<KnownAddresses> = {
  provide: KnownAddresses,
  inject: [APP_CONFIG, KnownAddressesRepository, Clock],
  // Where an outside issuer keeps the accounts, nobody logs in here, and there is no secret.
  useFactory: async (config: AppConfig, repository: KnownAddressesRepository, clock: Clock) =>
    new KnownAddresses(
      repository,
      clock,
      config.issuer === 'own' ? await jwtKey(config) : createSecretKey(randomBytes(32)),
    ),
};
