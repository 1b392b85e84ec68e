/** The limits of connections in force on this node, for administrators. */
import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { NodeConnectionLimiter } from '../auth/node-connection-limiter';
import { RoomMembershipLimit } from '../quota/room-membership-limit';
import { TransportGuard } from '../transport/limits/transport-guard';

/** Nodes may have other settings, and the defaults follow from the memory of the node. */
export interface ConnectionLimitsInForce {
  maxConnections: number;
  /** Of `maxConnections`. */
  maxGuests: number;
  maxRoomMemberships: number;
  connectionsPerIp: number;
  connectionsPerUser: number;
  connectsPerUserPerMinute: number;
  maxPayloadBytes: number;
  maxUnsentBytesPerConnection: number;
  maxUnsentBytes: number;
}

@Injectable()
export class ConnectionLimits {
  readonly inForce: Readonly<ConnectionLimitsInForce>;

  constructor(
    @Inject(APP_CONFIG) config: AppConfig,
    { maxConnections, maxGuests }: NodeConnectionLimiter,
    memberships: RoomMembershipLimit,
    { unsentLimits }: TransportGuard,
  ) {
    this.inForce = {
      maxConnections,
      maxGuests,
      maxRoomMemberships: memberships.max,
      connectionsPerIp: config.connectionsPerIp,
      connectionsPerUser: config.connectionsPerUser,
      connectsPerUserPerMinute: config.connectsPerUser,
      maxPayloadBytes: config.maxPayloadBytes,
      maxUnsentBytesPerConnection: unsentLimits.connectionBytes,
      maxUnsentBytes: unsentLimits.nodeBytes,
    };
  }
}
