/** Provides known addresses, hashed with the token secret, which all nodes share and the database does not contain. */
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
  // With an outside issuer no user logs in at this server, and there is no shared secret, so a random key does.
  useFactory: async (config: AppConfig, repository: KnownAddressesRepository, clock: Clock) =>
    new KnownAddresses(
      repository,
      clock,
      config.issuer === 'own' ? await jwtKey(config) : createSecretKey(randomBytes(32)),
    ),
};
