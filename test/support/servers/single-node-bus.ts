/** A cluster bus without Redis, for unit tests of services that need one. */
import type { RedisService } from '@aeturnis/platform';
import { ClusterBus } from '@aeturnis/realtime';
import { SocketServer } from '../../../libs/realtime/src/transport/socket-server';

export const NO_REDIS = { state: 'off', onStateChange: () => undefined } as unknown as RedisService;

export const singleNodeBus = (): ClusterBus => new ClusterBus(new SocketServer(), NO_REDIS);
