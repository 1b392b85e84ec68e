/** The root module: composes the platform, the HTTP and realtime edges and the domains. */
import { join } from 'node:path';
import { type DynamicModule, Module } from '@nestjs/common';
import {
  APP_CONFIG,
  type AppConfig,
  ConfigModule,
  DatabaseModule,
  HealthModule,
  MetricsModule,
  RedisModule,
  ShutdownModule,
} from '@aeturnis/platform';
import { AccountsModule } from './accounts';
import { AdminModule } from './admin';
import { CharactersModule } from './characters';
import { ChatModule } from './chat';
import { CombatModule } from './combat';
import { ConversationsModule } from './conversations';
import { HttpModule } from './http';
import { InventoryModule } from './inventory';
import { NodesModule } from './nodes';
import { NotificationsModule } from './notifications';
import { PresenceModule } from './presence';
import { GameRealtimeModule } from './realtime';
import { SocialModule } from './social';
import { DatabaseClockSync } from './database-clock-sync';
import { WorldModule, ZonesModule } from './world';

const MIGRATIONS = join(__dirname, '..', 'migrations');

@Module({})
export class AppModule {
  static forRoot(config: AppConfig): DynamicModule {
    return {
      module: AppModule,
      providers: [DatabaseClockSync],
      imports: [
        // Platform
        ConfigModule.forRoot(config),
        ShutdownModule,
        HealthModule,
        MetricsModule,
        DatabaseModule.forRootAsync({
          inject: [APP_CONFIG],
          useFactory: ({ databaseUrl, dataDir, databasePoolSize, databasePrepared }: AppConfig) => ({
            url: databaseUrl,
            dataDir,
            poolSize: databasePoolSize,
            prepared: databasePrepared,
            migrationsFolder: MIGRATIONS,
          }),
        }),
        RedisModule,
        NodesModule,
        // Edges
        HttpModule,
        GameRealtimeModule,
        // Domains
        NotificationsModule,
        AccountsModule,
        SocialModule,
        PresenceModule,
        CharactersModule,
        InventoryModule,
        ZonesModule.forRoot(config.zonesDir),
        WorldModule,
        CombatModule,
        ChatModule,
        ConversationsModule,
        AdminModule,
      ],
    };
  }
}
