/** Global module of the database, with its probe and metrics. */
import { type DynamicModule, type FactoryProvider, Module } from '@nestjs/common';
import { Shutdown } from '../shutdown/shutdown';
import { Database } from './database';
import { DATABASE_METRIC_PROVIDERS, DatabaseMetrics } from './database-metrics';
import { DATABASE_OPTIONS, type DatabaseOptions } from './database-options';
import { DatabaseProbe } from './database-probe';
import { STUCK_WORK_METRIC_PROVIDERS, StuckWorkMonitor } from './stuck-work-monitor';

@Module({})
export class DatabaseModule {
  constructor(database: Database, shutdown: Shutdown) {
    shutdown.register('pools', 'database', () => database.close());
  }

  static forRootAsync(options: Pick<FactoryProvider<DatabaseOptions>, 'inject' | 'useFactory'>): DynamicModule {
    return {
      module: DatabaseModule,
      global: true,
      providers: [
        { provide: DATABASE_OPTIONS, ...options },
        Database,
        DatabaseProbe,
        DatabaseMetrics,
        StuckWorkMonitor,
        ...DATABASE_METRIC_PROVIDERS,
        ...STUCK_WORK_METRIC_PROVIDERS,
      ],
      exports: [Database],
    };
  }
}
