/** Global module: provides the validated configuration as `APP_CONFIG`, the level of the log, and the `NodeIdentity`. */
import { type DynamicModule, Module } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from './app-config';
import { LogLevelControl } from '../logging/log-level-control';
import { NodeIdentity } from './node-identity';

@Module({})
export class ConfigModule {
  static forRoot(config: AppConfig): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      providers: [{ provide: APP_CONFIG, useValue: config }, LogLevelControl, NodeIdentity],
      exports: [APP_CONFIG, LogLevelControl, NodeIdentity],
    };
  }
}
