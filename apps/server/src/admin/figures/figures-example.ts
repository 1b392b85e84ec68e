/** Example response of the figures, checked against the response type. */
import type { ClusterFigures } from './figures.service';

export const FIGURES_EXAMPLE: ClusterFigures = {
  from: 1_905_249_600_000,
  intervalMs: 1_000,
  nodes: [
    {
      nodeId: 'game-1',
      answered: true,
      connections: [811, 812],
      users: [789, 790],
      commands: [2_180, 2_210],
      events: [910, 940],
      handlerP50Ms: [0.61, 0.6],
      handlerP95Ms: [2.2, 2.1],
      handlerP99Ms: [6.1, 6.4],
      eventLoopP99Ms: [3.1, 3.2],
      writeBufferBytes: [0, 18_200],
      volatileDrops: [0, 0],
      refusals: [0, 0],
      residentBytes: [164_000_000, 164_000_000],
      heapBytes: [70_900_000, 71_000_000],
      redisRoundTripMs: [0.41, 0.4],
      poolWaiting: [0, 0],
      commitP95Ms: [null, 2.4],
      recoveries: { recovered: [0, 2] },
      errors: { RATE_LIMITED: [0, 1] },
      movesRefused: {},
    },
    { nodeId: 'game-2', answered: false },
  ],
};
