// Figures of one load on rooms that are spread over nodes with a Redis between them.
import { MEMBERS } from './rooms.mjs';

export function clustered({ spent, count, perSecond }, nodes) {
  const events = count / MEMBERS;
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
