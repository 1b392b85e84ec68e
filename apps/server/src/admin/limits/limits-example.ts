/** Example response of the limits in force, checked against its type. */
import { CONNECTION_POLICY, FAN_OUT_BUDGET, rate } from '@aeturnis/contracts';
import type { LimitsInForce } from './admin-limits.service';

export const LIMITS_EXAMPLE: LimitsInForce = {
  policies: {
    connection: CONNECTION_POLICY,
    commands: { 'chat:message': rate(10, 60, { burst: 5 }) },
    operations: { 'account:update': rate(10, 60) },
    guests: {},
    budgets: [FAN_OUT_BUDGET],
  },
  minutes: 15,
  nodes: [
    {
      nodeId: 'game-1',
      answered: true,
      isEnforced: true,
      refusals: { 'chat:message': 42, connection: 3 },
      connectionLimits: {
        maxConnections: 5_461,
        maxGuests: 2_730,
        maxRoomMemberships: 671_088,
        connectionsPerIp: 200,
        connectionsPerUser: 10,
        connectsPerUserPerMinute: 30,
        maxPayloadBytes: 131_072,
        maxUnsentBytesPerConnection: 16_777_216,
        maxUnsentBytes: 268_435_456,
      },
    },
    { nodeId: 'game-2', answered: false },
  ],
};
