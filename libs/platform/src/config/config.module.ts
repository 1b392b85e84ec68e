/** Global module: provides the validated configuration as `APP_CONFIG`, and the `NodeIdentity`. */
import { type DynamicModule, Module } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from './app-config';
import { NodeIdentity } from './node-identity';

@Module({})
export class ConfigModule {
  static forRoot(config: AppConfig): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      providers: [{ provide: APP_CONFIG, useValue: config }, NodeIdentity],
      exports: [APP_CONFIG, NodeIdentity],
    };
  }
}
