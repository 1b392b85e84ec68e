/** What every part of the server stands on: configuration, database, Redis, logging, metrics, health, shutdown. */
export { Public, PUBLIC_ROUTE } from './access/public.decorator';
export * from './config/app-config';
export { ConfigModule } from './config/config.module';
export { Database, type DatabaseState } from './database/database';
export { databaseError, isUniqueViolation } from './database/database-error';
export { DatabaseModule } from './database/database.module';
export type { DatabaseOptions } from './database/database-options';
export { envExample } from './config/env-example';
export { HealthModule } from './health/health.module';
export { HealthProbes, type Probe, type ProbeResult } from './health/health-probes';
export { correlation, correlationId, withCorrelation, type Correlation } from './logging/correlation';
export { createLogger } from './logging/logger';
export { MetricsGuard } from './metrics/metrics.guard';
export { MetricsModule } from './metrics/metrics.module';
export { RedisModule } from './redis/redis.module';
export { RedisService, type RedisState } from './redis/redis.service';
export { Shutdown, type ShutdownPhase, type ShutdownTask } from './shutdown/shutdown';
export { ShutdownModule } from './shutdown/shutdown.module';
