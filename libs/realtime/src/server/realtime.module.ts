/** The realtime layer as a Nest module. The application also calls `useRealtime`. */
import { type DynamicModule, type INestApplication, Module, type Provider, type Type } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { IoAdapter } from './io.adapter';
import { SocketServer } from '../transport/socket-server';
import { TransportGuard } from '../transport/limits/transport-guard';
import { ConnectionRateLimiter } from '../auth/connection-rate-limiter';
import { Handshake } from '../auth/handshake';
import { TokenFailureLimiter } from '../auth/token-failure-limiter';
import { HandshakeErrorHandler } from '../auth/handshake-error-handler';
import { NodeConnectionLimiter } from '../auth/node-connection-limiter';
import { Reverification } from '../auth/reverification';
import { SessionGateway } from './session.gateway';
import { SessionService } from '../auth/session.service';
import { TokenExpiry } from '../auth/token-expiry';
import { ConnectionAdmission } from '../auth/connection-admission';
import { UserAdmission } from '../auth/user-admission';
import { JwtGuard } from '../auth/http/jwt.guard';
import { TokenVerifier } from '../auth/token-verifier';
import { WsJwtGuard } from '../auth/ws-jwt.guard';
import { Clock } from '../base/clock';
import { ClusterBus } from '../cluster/cluster-bus';
import { CommandDispatcher } from '../commands/dispatch/command-dispatcher';
import { CommandFailures } from '../commands/dispatch/command-failures';
import { CommandTable } from '../commands/dispatch/command-table';
import { WsExceptionFilter } from '../commands/dispatch/ws-exception.filter';
import { WsValidationPipe } from '../commands/validation/ws-validation.pipe';
import { BootCheck } from './boot-check';
import { BackPressure } from './back-pressure';
import { ConnectionHooks } from './connection-hooks';
import { ConnectionLimits } from './connection-limits';
import { ConnectionLifecycle } from './connection-lifecycle';
import { ConnectionSetup } from './connection-setup';
import { ConnectionRegistry } from '../connections/connection-registry';
import { Drain } from './drain';
import { SystemSync } from './system-sync';
import { FloodGuard } from '../commands/limits/flood-guard';
import { LimitRefusals } from '../commands/limits/limit-refusals';
import { OperationLimits } from '../commands/limits/operation-limits';
import { Operations } from '../commands/limits/operations';
import { PoliciesController } from '../commands/limits/policies.controller';
import { RoomMembershipLimit } from '../quota/room-membership-limit';
import { UserBuckets } from '../commands/limits/user-buckets';
import { WsThrottlerGuard } from '../commands/limits/ws-throttler.guard';
import { CLUSTER_PROVIDERS } from '../cluster/cluster.providers';
import { Membership } from '../cluster/membership/membership';
import { DELIVERY_METRIC_PROVIDERS, DeliveryMetrics } from '../base/metrics/delivery-metrics';
import { SocketStats } from './metrics/socket-stats';
import { COMMAND_METRIC_PROVIDERS, CommandMetrics } from '../base/metrics/command-metrics';
import { CONNECTION_METRIC_PROVIDERS, ConnectionMetrics } from '../base/metrics/connection-metrics';
import { REDIS_USAGE_METRIC_PROVIDERS, RedisUsageMetrics } from '../base/metrics/redis-usage-metrics';
import { ROOM_METRIC_PROVIDERS, RoomMetrics } from '../base/metrics/room-metrics';
import { SocketMetricsController } from './metrics/socket-metrics.controller';
import { Presence } from '../cluster/presence/presence';
import { FanOutBudget } from '../quota/fan-out-budget';
import { ReplayBudget } from '../quota/replay-budget';
import { quotaProvider } from '../quota/quota.provider';
import { QUOTA_STORE } from '../quota/quota-store';
import { ownPlatform, type PlatformOptions } from './own-platform';
import { RealtimeService } from './realtime.service';
import { ResumeService } from '../resume/resume.service';
import { assertValidOptions, REALTIME_OPTIONS, type RealtimeOptions } from '../base/realtime.options';
import { FanOutMeter } from '../rooms/fan-out-meter';
import { Multicast } from '../rooms/multicast';
import { Outbox } from '../rooms/outbox';
import { LocalRooms } from '../rooms/local-rooms';
import { RoomKinds } from '../rooms/room-kinds';
import { RoomService } from '../rooms/room.service';
import { SharedClock } from '../base/shared-clock';

/** Nest creates guards and pipes in the module of the gateway or controller that uses them, so their dependencies are exported. */
const GATEWAY_PROVIDERS = [
  CommandFailures,
  JwtGuard,
  WsJwtGuard,
  WsThrottlerGuard,
  OperationLimits,
  WsValidationPipe,
  WsExceptionFilter,
  SharedClock,
];
const DOMAIN_PROVIDERS = [
  FanOutMeter,
  FanOutBudget,
  ReplayBudget,
  Operations,
  ClusterBus,
  CommandTable,
  ConnectionHooks,
  ConnectionLimits,
  ConnectionRegistry,
  Drain,
  LimitRefusals,
  LocalRooms,
  Multicast,
  RoomMembershipLimit,
  RoomService,
  SocketStats,
  SystemSync,
];
const ADAPTER_PROVIDERS = [
  CommandMetrics,
  ConnectionLifecycle,
  ConnectionMetrics,
  DeliveryMetrics,
  Handshake,
  HandshakeErrorHandler,
  RedisUsageMetrics,
  ResumeService,
  RoomMetrics,
  SocketServer,
  ConnectionAdmission,
  UserAdmission,
  TransportGuard,
];
const INTERNAL_PROVIDERS = [
  BootCheck,
  UserBuckets,
  BackPressure,
  CommandDispatcher,
  ConnectionSetup,
  ConnectionRateLimiter,
  FloodGuard,
  TokenFailureLimiter,
  NodeConnectionLimiter,
  Outbox,
  Reverification,
  RoomKinds,
  SessionGateway,
  SessionService,
  TokenExpiry,
];

/** For an application that composes the platform itself. */
export interface RealtimeLayerOptions extends RealtimeOptions {
  service?: Type<RealtimeService>;
}

export type RealtimeModuleOptions = RealtimeLayerOptions & PlatformOptions;

@Module({})
export class RealtimeModule {
  /**
   * All that an application needs: settings, Redis, health, metrics, shutdown, and the realtime layer. A global module; import it
   * once, in the root module. Health is served at `/health/live` and `/health/ready`, metrics at `/metrics`.
   * @throws if an option is missing, unknown or of a wrong type, or if a setting is wrong.
   */
  static forRoot(options: RealtimeModuleOptions): DynamicModule {
    assertValidOptions('forRoot', options, { service: RealtimeService, verifier: TokenVerifier });
    const layer = realtimeLayer(options);
    const platform = ownPlatform(options);
    return {
      ...layer,
      imports: [...layer.imports, ...platform.imports],
      providers: [...layer.providers, ...platform.providers],
      exports: [...layer.exports, ...platform.exports],
    };
  }

  /**
   * The realtime layer alone, for an application that imports ConfigModule, RedisModule, ShutdownModule and HealthModule of the
   * platform, and provides a global `TokenVerifier`. MetricsModule serves its metrics.
   * @throws if an option is unknown or has a wrong type.
   */
  static forPlatform(options: RealtimeLayerOptions = {}): DynamicModule {
    assertValidOptions('forPlatform', options, { service: RealtimeService });
    return realtimeLayer(options);
  }
}

type LayerModule = DynamicModule & Required<Pick<DynamicModule, 'imports' | 'providers' | 'exports'>>;

function realtimeLayer(options: RealtimeLayerOptions): LayerModule {
  const { service = RealtimeService } = options;
  return {
    module: RealtimeModule,
    global: true,
    imports: [DiscoveryModule],
    controllers: [PoliciesController, SocketMetricsController],
    providers: [
      { provide: REALTIME_OPTIONS, useValue: options },
      ...CLUSTER_PROVIDERS,
      quotaProvider,
      { provide: Clock, useExisting: SharedClock },
      ...GATEWAY_PROVIDERS,
      ...DOMAIN_PROVIDERS,
      ...serviceProviders(service),
      ...ADAPTER_PROVIDERS,
      ...INTERNAL_PROVIDERS,
      ...COMMAND_METRIC_PROVIDERS,
      ...CONNECTION_METRIC_PROVIDERS,
      ...DELIVERY_METRIC_PROVIDERS,
      ...REDIS_USAGE_METRIC_PROVIDERS,
      ...ROOM_METRIC_PROVIDERS,
    ],
    exports: [
      Clock,
      Membership,
      Presence,
      QUOTA_STORE,
      RealtimeService,
      service,
      ...GATEWAY_PROVIDERS,
      ...DOMAIN_PROVIDERS,
      ...ADAPTER_PROVIDERS,
    ],
  };
}

// One instance, whichever of the two classes is injected.
function serviceProviders(service: Type<RealtimeService>): Provider[] {
  return service === RealtimeService ? [service] : [service, { provide: RealtimeService, useExisting: service }];
}

/**
 * Installs the Socket.IO adapter in an application; to be called before `init`. Without it the application refuses to start.
 * @throws if the application does not import `RealtimeModule`.
 */
export function useRealtime(app: INestApplication): IoAdapter {
  if (!isRealtimeModuleImported(app))
    throw new Error('useRealtime(app) needs RealtimeModule.forRoot() among the imports of the app');
  const adapter = new IoAdapter(app);
  app.useWebSocketAdapter(adapter);
  return adapter;
}

function isRealtimeModuleImported(app: INestApplication): boolean {
  try {
    return app.get(BootCheck, { strict: false }) instanceof BootCheck;
  } catch {
    return false;
  }
}
