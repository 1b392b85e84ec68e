/** What the server is made of. */
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
import { RealtimeModule } from '@aeturnis/realtime';
import { AccountsModule } from './accounts';
import { AdminModule } from './admin';
import { CharactersModule } from './characters';
import { ChatModule } from './chat';
import { ConversationsModule } from './conversations';
import { HttpModule } from './http';
import { NodesModule } from './nodes';
import { NotificationsModule } from './notifications';
import { PresenceModule } from './presence';
import { SocialModule } from './social';
import { SharedTime } from './shared-time';
import { WorldModule, ZonesModule } from './world';

const MIGRATIONS = join(__dirname, '..', 'migrations');

@Module({})
export class AppModule {
  static forRoot(config: AppConfig): DynamicModule {
    return {
      module: AppModule,
      providers: [SharedTime],
      imports: [
        // The ground
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
        // The way in
        HttpModule,
        RealtimeModule.forRoot(),
        // The domains
        NotificationsModule,
        AccountsModule,
        SocialModule,
        PresenceModule,
        CharactersModule,
        ZonesModule.forRoot(config.zonesDir),
        WorldModule,
        ChatModule,
        ConversationsModule,
        AdminModule,
      ],
    };
  }
}
