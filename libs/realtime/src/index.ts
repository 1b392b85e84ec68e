/** The public API of the realtime module: authenticated sockets, commands, rooms, presence and limits for Nest applications. */
export { addressKey, clientIp, networkKey } from './transport/client-ip';
export { IoAdapter } from './server/io.adapter';
export { EXPOSED_HEADERS, isOriginAllowed } from './transport/origin';
export type { PreparedEvent } from './transport/outbound/prepared-event';
export { ACCESS_COOKIE, bearerToken, MAX_TOKEN_LENGTH } from './auth/token-source';
export { type PrincipalStatus, TokenVerifier } from './auth/token-verifier';
export { Public, type Settings } from '@aeturnis/platform';
export { CurrentUser } from './auth/http/current-user.decorator';
export { JwtGuard } from './auth/http/jwt.guard';
export { WsJwtGuard } from './auth/ws-jwt.guard';
export { MAX_BODY_BYTES } from './transport/limits/request-limits';
export { Clock } from './base/clock';
export { ClusterBus } from './cluster/cluster-bus';
export { CommandTable } from './commands/dispatch/command-table';
export { type CommandRequest, Handles } from './commands/dispatch/handles.decorator';
export { payloadOf } from './commands/validation/payload-shape';
export { RealtimeGateway } from './commands/dispatch/realtime-gateway.decorator';
export { toAppError } from './base/wire-error';
export { WsValidationPipe } from './commands/validation/ws-validation.pipe';
export type { Caller } from './connections/caller';
export type { Connection } from './connections/connection';
export { Drain } from './server/drain';
export { ConnectionLimits, type ConnectionLimitsInForce } from './server/connection-limits';
export { ConnectionHooks } from './server/connection-hooks';
export { ConnectionRegistry } from './connections/connection-registry';
export { SystemSync } from './server/system-sync';
export { type LimitOutcome, OperationLimits, type LimitedUser } from './commands/limits/operation-limits';
export { LimitRefusals } from './commands/limits/limit-refusals';
export { type Operation, Operations, type PoliciesResponse } from './commands/limits/operations';
export { NodeFullError } from './quota/node-full-error';
export { RoomMembershipLimit } from './quota/room-membership-limit';
export { THROTTLE_LIMIT } from './commands/limits/throttler-metadata';
export { WsThrottlerGuard } from './commands/limits/ws-throttler.guard';
export { Membership } from './cluster/membership/membership';
export type { MembersPage, NodeLease, DeliveryScope } from './cluster/membership/membership-store';
export type { VersionedEvent } from './resume/stores/resume-store';
export { SocketStats } from './server/metrics/socket-stats';
export { Presence, type PresenceAnnouncement } from './cluster/presence/presence';
export type { SocketLocation } from './cluster/presence/presence-store';
export { assertAllowed } from './quota/assert-allowed';
export { ByteBudget } from './quota/byte-budget';
export { FanOutBudget } from './quota/fan-out-budget';
export { MemoryQuotaStore } from './quota/memory-quota-store';
export { QUOTA_STORE, type QuotaStore } from './quota/quota-store';
export { QuotaThrottlerStorage } from './quota/quota-throttler-storage';
export {
  type RealtimeLayerOptions,
  RealtimeModule,
  type RealtimeModuleOptions,
  useRealtime,
} from './server/realtime.module';
export { RealtimeService } from './server/realtime.service';
export { type ClockReading, SharedClock } from './base/shared-clock';
export { LocalRooms } from './rooms/local-rooms';
export { FanOutMeter } from './rooms/fan-out-meter';
export { Multicast } from './rooms/multicast';
export type { EmitOptions } from './rooms/outbox';
export { RoomService } from './rooms/room.service';
