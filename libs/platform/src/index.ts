/** Public API of the platform: configuration, database, Redis, logging, metrics, health and shutdown. */
export { Public, PUBLIC_OPERATION, PUBLIC_ROUTE } from './access/public.decorator';
export * from './config/app-config';
export { ConfigModule } from './config/config.module';
export { NodeIdentity } from './config/node-identity';
export { Database, DatabaseRefusedError, type DatabaseState } from './database/database';
export { lockInOrder } from './database/advisory-locks';
export { pageOf } from './database/page';
export { RetentionJob } from './database/retention-job';
export { MigrationError } from './database/migrations/migrations';
export { retryableQueryError, isContention, isForeignKeyViolation, isUniqueViolation } from './database/database-error';
export { DatabaseModule } from './database/database.module';
export { ensureDirectory } from './database/embedded/directories';
export { EmbeddedPostgresError } from './database/embedded/embedded-postgres-error';
export type { DatabaseOptions } from './database/database-options';
export { cachedQuery, type Placeholders } from './database/statements/cached-query';
export { placeholder, preparedStatement } from './database/statements/prepared-statement';
export { EmbeddedPostgres } from './database/embedded/embedded-postgres';
export { findUnknownVariables } from './config/unknown-variables';
export { type Settings, settingProblems, withSettings } from './config/settings';
export { envExample } from './config/env-example';
export { HealthModule } from './health/health.module';
export { listenOn, assertPortAvailable } from './http/listen-on';
export { HealthProbes, type ProbeResult } from './health/health-probes';
export {
  currentCorrelation,
  correlationId,
  runForAllUsers,
  runInBackground,
  runAsCorrelation,
  withCorrelation,
  type Correlation,
} from './logging/correlation';
export { StateChangeLog } from './logging/state-change-log';
export { FailureLog } from './logging/failure-log';
export { LogLevelControl } from './logging/log-level-control';
export { LOG_LEVELS, type LogLevel } from './logging/log-levels';
export { createLogger, type LeveledLogger } from './logging/logger';
export { REQUEST_ID_HEADER, requestIdOf } from './logging/request-id';
export { DURATION_BUCKETS } from './metrics/duration-buckets';
export { MetricsGuard } from './metrics/metrics.guard';
export { MetricsModule } from './metrics/metrics.module';
export { RedisEvictionError } from './redis/eviction-policy';
export { luaCommands } from './redis/lua-script';
export { isReplyError } from './redis/reply-error';
export { RedisModule } from './redis/redis.module';
export { RedisService } from './redis/redis.service';
export { Shutdown } from './shutdown/shutdown';
export { ShutdownModule } from './shutdown/shutdown.module';
export { LoadingCache } from './loading-cache';
export { PerUserQueue } from './per-user-queue';
