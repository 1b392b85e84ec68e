/** Example responses for the documentation of the admin API, checked against the response types. */
import type { FightListPage } from '../combat';
import type { AuditPage } from './admin-audit.service';
import type { ServerOverview } from './admin-overview.service';

const ANNA = '0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11';
const BEN = 'f3c1c0de-2d54-4a9e-8a43-0a6a4a3b7e22';
const NOON = '2030-05-17T12:00:00.000Z';

export const OVERVIEW_EXAMPLE: ServerOverview = {
  nodes: [
    {
      nodeId: 'game-1',
      answered: true,
      connections: 812,
      users: 790,
      rooms: { user: 790, zone: 4, global: 2 },
      uptimeSeconds: 86_400,
      memoryBytes: { resident: 164_000_000, heapUsed: 71_000_000 },
    },
    { nodeId: 'game-2', answered: false },
  ],
  onlineUsers: 1_544,
  database: { state: 'ready', latencyMs: 0.7 },
  redis: { state: 'up', latencyMs: 0.3 },
  version: '1.0.0',
};

export const AUDIT_EXAMPLE: AuditPage = {
  records: [
    {
      id: '1041',
      actor: { id: ANNA, name: 'anna' },
      action: 'user.ban',
      target: BEN,
      details: { reason: 'Sold gold for money', until: null },
      createdAt: NOON,
    },
  ],
  next: '1041',
};

export const FIGHTS_EXAMPLE: FightListPage = {
  fights: [
    {
      sessionId: '0b5451d2-7f0e-4d0c-9a55-0d8b1a2f6c11',
      mode: 'monsters',
      zone: 'starting_village',
      players: [
        {
          userId: '8a6e0804-2bd0-4672-b79d-d97027f9071a',
          characterId: '3f0c9a52-8d0e-4f6b-9a57-2f1f6a0c7e11',
          name: 'Ælfgifu',
        },
      ],
      startedAt: '2026-07-01T12:00:00.000Z',
      deadline: '2026-07-01T12:00:20.000Z',
    },
  ],
  next: null,
};
