/** What every part of the server stands on: configuration, database, Redis, logging, metrics, health, shutdown. */
export { Public, PUBLIC_OPERATION, PUBLIC_ROUTE } from './access/public.decorator';
export * from './config/app-config';
export { ConfigModule } from './config/config.module';
export { Database, DatabaseRefusedError, type DatabaseState } from './database/database';
export type { DatabaseTime } from './database/connection-watch';
export { MigrationError } from './database/migrations';
export { databaseError, isContention, isForeignKeyViolation, isUniqueViolation } from './database/database-error';
export { DatabaseModule } from './database/database.module';
export { makeFolder } from './database/embedded/data-folder';
export { EmbeddedPostgresError } from './database/embedded/embedded-postgres-error';
export type { DatabaseOptions } from './database/database-options';
export { prepared, type Placeholders } from './database/prepared';
export { statement } from './database/statement';
export { EmbeddedPostgres } from './database/embedded/embedded-postgres';
export { unknownVariables } from './config/unknown-variables';
export { envExample } from './config/env-example';
export { HealthModule } from './health/health.module';
export { listenOn, tryListening } from './http/listen-on';
export { HealthProbes, type Probe, type ProbeResult } from './health/health-probes';
export {
  correlation,
  correlationId,
  forEverybody,
  inBackground,
  inItsCorrelation,
  withCorrelation,
  type Correlation,
} from './logging/correlation';
export { StateChangeLog } from './logging/state-change-log';
export { FailureLog, type FailureEntry } from './logging/failure-log';
export { createLogger } from './logging/logger';
export { DURATION_BUCKETS } from './metrics/duration-buckets';
export { MetricsGuard } from './metrics/metrics.guard';
export { MetricsModule } from './metrics/metrics.module';
export { EvictionError } from './redis/eviction';
export { RedisModule } from './redis/redis.module';
export { RedisService, type RedisState } from './redis/redis.service';
export { Shutdown, type ShutdownPhase, type ShutdownTask } from './shutdown/shutdown';
export { ShutdownModule } from './shutdown/shutdown.module';
export { PerUserQueue } from './per-user-queue';
