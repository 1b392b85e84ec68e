/** Example responses of the routes for nodes, checked against the response types. */
import type { DrainStarted, NodeList } from './admin-nodes.service';

export const NODES_EXAMPLE: NodeList = {
  nodes: [
    {
      nodeId: 'game-1',
      answered: true,
      version: '1.0.0',
      startedAt: '2030-05-16T12:00:00.000Z',
      uptimeSeconds: 86_400,
      connections: 312,
      users: 300,
      zones: 4,
      eventLoopP99Ms: 3.2,
      draining: true,
      drain: { left: 500, remaining: 312 },
    },
    { nodeId: 'game-2', answered: false },
  ],
  canKill: false,
};

export const DRAIN_EXAMPLE: DrainStarted = { nodeId: 'game-1', delayMs: 5_000, endsProcess: true };
