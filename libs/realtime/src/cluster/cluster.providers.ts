/** Nest providers of `Membership` and `Presence`: over Redis where it is configured, else in memory; stopped at shutdown. */
import { type FactoryProvider, Logger } from '@nestjs/common';
import { NodeIdentity, RedisService, Shutdown } from '@aeturnis/platform';
import { Clock } from '../base/clock';
import { Membership } from './membership/membership';
import { Presence } from './presence/presence';
import { MemoryCluster } from './stores/memory-cluster';
import { MemoryMembershipStore } from './stores/memory-membership-store';
import { RedisMembershipStore } from './stores/redis-membership-store';
import { RedisPresenceStore } from './stores/redis-presence-store';

type MembershipAndPresence = [Membership, Presence];
const CLUSTER = Symbol('MembershipAndPresence');

function create(
  identity: NodeIdentity,
  { client }: RedisService,
  clock: Clock,
  shutdown: Shutdown,
): MembershipAndPresence {
  const logger = new Logger(Membership.name);
  const now = (): number => clock.now();
  const memory = new MemoryCluster(now);
  const store = client ? new RedisMembershipStore(client, identity) : new MemoryMembershipStore(memory, identity);
  const membership = new Membership(store, {
    now,
    hooks: {
      onStoreLost: (cause) =>
        logger.warn({ message: 'membership store unreachable, answering from local sockets', cause }),
      onStoreRestored: (awayMs) =>
        logger.log({ message: 'membership store reconnected, all members restored', awayMs }),
      onFailure: (operation, cause) => logger.debug({ message: `membership ${operation} failed`, cause }),
    },
  });
  const presence = new Presence(membership, client ? new RedisPresenceStore(client) : memory.presence, identity.node);
  // Without Redis this is the only node: no user can reconnect elsewhere, so the shutdown does not wait for that.
  shutdown.register('state', 'membership', (skipWait) => presence.stop(client ? skipWait : undefined));
  return [membership, presence];
}

export const CLUSTER_PROVIDERS: FactoryProvider[] = [
  { provide: CLUSTER, inject: [NodeIdentity, RedisService, Clock, Shutdown], useFactory: create },
  { provide: Membership, inject: [CLUSTER], useFactory: ([membership]: MembershipAndPresence) => membership },
  { provide: Presence, inject: [CLUSTER], useFactory: ([, presence]: MembershipAndPresence) => presence },
];
