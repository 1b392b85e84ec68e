/** The membership of this process: kept in Redis where there is one, else in memory, and ended with the server. */
import { type FactoryProvider, Logger } from '@nestjs/common';
import { APP_CONFIG, type AppConfig, RedisService, Shutdown } from '@aeturnis/platform';
import { Clock } from '../clock';
import { Membership } from './membership';
import { MemoryCluster } from './memory-cluster';
import { MemoryMembershipStore } from './memory-membership-store';
import { RedisMembershipStore } from './redis-membership-store';

export const membershipProvider: FactoryProvider<Membership> = {
  provide: Membership,
  inject: [APP_CONFIG, RedisService, Clock, Shutdown],
  useFactory: ({ nodeId }: AppConfig, redis: RedisService, clock: Clock, shutdown: Shutdown) => {
    const logger = new Logger(Membership.name);
    const now = (): number => clock.now();
    const store = redis.client
      ? new RedisMembershipStore(redis.client, nodeId)
      : new MemoryMembershipStore(new MemoryCluster(now), nodeId);
    const membership = new Membership(store, {
      nodeId,
      now,
      hooks: {
        away: (cause) => logger.warn({ message: 'the store is away; this node answers for itself', cause }),
        back: (awayMs) => logger.log({ message: 'the store is back and has all members', awayMs }),
        failed: (what, cause) => logger.debug({ message: `${what} failed`, cause }),
      },
    });
    // Alone there is no other node on which anybody could come back.
    shutdown.register('state', 'membership', (hurry) => membership.stop(redis.client ? hurry : undefined));
    return membership;
  },
};
