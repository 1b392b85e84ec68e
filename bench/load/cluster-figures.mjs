// The figures of one chat load on a cluster of nodes connected by Redis.
import { MEMBERS_PER_ROOM } from './chat-rooms.mjs';

export function clusterFigures({ spent, count, perSecond }, nodes) {
  const events = count / MEMBERS_PER_ROOM;
  return {
    foreign: spent.foreign,
    figures: {
      usPerDelivery: spent.servers / count,
      usPerEventAndNode: spent.servers / events / nodes,
      busyPerNode: (100 * spent.busy) / nodes,
      redisUsPerEvent: spent.redis / events,
      deliveriesPerSecond: perSecond,
    },
  };
}
