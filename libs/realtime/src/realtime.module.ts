/** The realtime layer as one Nest module. The application adds a global provider of `TokenVerifier` and calls `useRealtime`. */
import { type DynamicModule, type INestApplication, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { IoAdapter } from './adapter/io.adapter';
import { SocketServer } from './adapter/socket-server';
import { TransportGuard } from './adapter/transport-guard';
import { ConnectionRate } from './auth/connection-rate';
import { Handshake } from './auth/handshake';
import { HandshakeFailures } from './auth/handshake-failures';
import { HandshakeFaults } from './auth/handshake-faults';
import { NodePlaces } from './auth/node-places';
import { Reverification } from './auth/reverification';
import { SessionGateway } from './auth/session.gateway';
import { SessionService } from './auth/session.service';
import { TokenExpiry } from './auth/token-expiry';
import { TransportDoor } from './auth/transport-door';
import { WsJwtGuard } from './auth/ws-jwt.guard';
import { Clock } from './clock';
import { ClusterBus } from './cluster/cluster-bus';
import { CommandDispatcher } from './commands/command-dispatcher';
import { CommandFailures } from './commands/command-failures';
import { CommandTable } from './commands/command-table';
import { WsExceptionFilter } from './commands/ws-exception.filter';
import { WsValidationPipe } from './commands/ws-validation.pipe';
import { Completeness } from './completeness';
import { BackPressure } from './connections/back-pressure';
import { ConnectionHooks } from './connections/connection-hooks';
import { ConnectionLifecycle } from './connections/connection-lifecycle';
import { Connections } from './connections/connections';
import { Drain } from './connections/drain';
import { SystemSync } from './connections/system-sync';
import { FloodGuard } from './limits/flood-guard';
import { OperationLimits } from './limits/operation-limits';
import { Operations } from './limits/operations';
import { PoliciesController } from './limits/policies.controller';
import { RoomMemberships } from './limits/room-memberships';
import { UserBuckets } from './limits/user-buckets';
import { WsThrottlerGuard } from './limits/ws-throttler.guard';
import { membershipProvider } from './membership/membership.provider';
import { Membership } from './membership/membership';
import { DELIVERY_METRIC_PROVIDERS, DeliveryMetrics } from './metrics/delivery-metrics';
import { SocketFigures } from './metrics/socket-figures';
import { METRIC_PROVIDERS, SocketMetrics } from './metrics/socket-metrics';
import { SocketMetricsController } from './metrics/socket-metrics.controller';
import { Presence } from './presence/presence';
import { FanOutBudget } from './quota/fan-out-budget';
import { ReplayBudget } from './quota/replay-budget';
import { quotaProvider } from './quota/quota.provider';
import { QUOTA_STORE } from './quota/quota-store';
import { RealtimeService } from './realtime.service';
import { RecoveryService } from './recovery/recovery.service';
import { mustBeOptions, REALTIME_OPTIONS, type RealtimeOptions } from './realtime.options';
import { FanOut } from './rooms/fan-out';
import { Multicast } from './rooms/multicast';
import { Outbox } from './rooms/outbox';
import { RoomKinds } from './rooms/room-kinds';
import { RoomService } from './rooms/room.service';
import { SharedClock } from './shared-clock';

/** Guards and pipe of gateways are made in the module of the gateway, so what they need must be seen from there. */
const FOR_GATEWAYS = [
  CommandFailures,
  WsJwtGuard,
  WsThrottlerGuard,
  OperationLimits,
  WsValidationPipe,
  WsExceptionFilter,
  SharedClock,
];
const FOR_DOMAINS = [
  FanOut,
  FanOutBudget,
  ReplayBudget,
  Operations,
  ClusterBus,
  CommandTable,
  ConnectionHooks,
  Connections,
  Multicast,
  Presence,
  RealtimeService,
  RoomMemberships,
  RoomService,
  SocketFigures,
  SystemSync,
];
const FOR_THE_ADAPTER = [
  ConnectionLifecycle,
  DeliveryMetrics,
  Handshake,
  HandshakeFaults,
  RecoveryService,
  SocketMetrics,
  SocketServer,
  TransportDoor,
  TransportGuard,
];
const INSIDE = [
  Completeness,
  UserBuckets,
  BackPressure,
  CommandDispatcher,
  ConnectionRate,
  Drain,
  FloodGuard,
  HandshakeFailures,
  NodePlaces,
  Outbox,
  Reverification,
  RoomKinds,
  SessionGateway,
  SessionService,
  TokenExpiry,
];

@Module({})
export class RealtimeModule {
  /**
   * Global. Needs ConfigModule, RedisModule, ShutdownModule and HealthModule of the platform beside it; MetricsModule serves
   * its metrics. Call it once in an application.
   * @throws where an option is unknown or of a wrong type.
   */
  static forRoot(options: RealtimeOptions = {}): DynamicModule {
    mustBeOptions(options);
    return {
      module: RealtimeModule,
      global: true,
      imports: [DiscoveryModule],
      controllers: [PoliciesController, SocketMetricsController],
      providers: [
        { provide: REALTIME_OPTIONS, useValue: options },
        membershipProvider,
        quotaProvider,
        { provide: Clock, useExisting: SharedClock },
        ...FOR_GATEWAYS,
        ...FOR_DOMAINS,
        ...FOR_THE_ADAPTER,
        ...INSIDE,
        ...METRIC_PROVIDERS,
        ...DELIVERY_METRIC_PROVIDERS,
      ],
      exports: [Clock, Membership, QUOTA_STORE, ...FOR_GATEWAYS, ...FOR_DOMAINS, ...FOR_THE_ADAPTER],
    };
  }
}

/**
 * Puts our Socket.IO adapter into an application; call it before `init`. Without it the application refuses to start.
 * @throws where the application does not import `RealtimeModule`.
 */
export function useRealtime(app: INestApplication): IoAdapter {
  if (!isImported(app)) throw new Error('useRealtime(app) needs RealtimeModule.forRoot() among the imports of the app');
  const adapter = new IoAdapter(app);
  app.useWebSocketAdapter(adapter);
  return adapter;
}

function isImported(app: INestApplication): boolean {
  try {
    return app.get(Completeness, { strict: false }) instanceof Completeness;
  } catch {
    return false;
  }
}
