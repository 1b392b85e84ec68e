/** A cluster bus of a node that is alone, for units that speak over one. */
import type { RedisService } from '@aeturnis/platform';
import { ClusterBus } from '@aeturnis/realtime';
import { SocketServer } from '../../libs/realtime/src/adapter/socket-server';

export const NO_REDIS = { state: 'off', onStateChange: () => undefined } as unknown as RedisService;

export const aloneBus = (): ClusterBus => new ClusterBus(new SocketServer(), NO_REDIS);
