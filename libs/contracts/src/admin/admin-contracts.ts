/** Commands and events of the admin console. All of them require the role `admin`. */
import { command, event, typeToken } from '../contract';
import { rate } from '../rate-policy';
import { EmptyDto } from '../system/empty-payload';
import type { NodeSecond } from './node-figures';

/** A console subscribes when it is opened, and again when it is shown. */
const SUBSCRIPTIONS = rate(30, 60);

export const adminCommands = [
  /**
   * Sends this connection `admin:figures` once a second.
   * @result {}
   * @error FORBIDDEN without the role `admin`
   */
  command({
    name: 'admin:subscribe',
    payload: EmptyDto,
    result: typeToken<object>(),
    policy: SUBSCRIPTIONS,
  }),
  /**
   * Ends `admin:figures` for this connection.
   * @result {}
   * @error FORBIDDEN without the role `admin`
   */
  command({
    name: 'admin:unsubscribe',
    payload: EmptyDto,
    result: typeToken<object>(),
    policy: SUBSCRIPTIONS,
  }),
] as const;

export const [AdminSubscribe, AdminUnsubscribe] = adminCommands;

export const adminEvents = [
  /**
   * The latest second of each node, once a second; a node that does not report is absent.
   * @example {"nodes": [{"nodeId": "game-1", "at": 1905249600000, "connections": 812, "users": 790, "commands": 2210,
   *   "events": 940, "handlerP50Ms": 0.6, "handlerP95Ms": 2.1, "handlerP99Ms": 6.4, "eventLoopP99Ms": 3.2,
   *   "writeBufferBytes": 18200, "volatileDrops": 0, "refusals": 0, "residentBytes": 164000000, "heapBytes": 71000000,
   *   "redisRoundTripMs": 0.4, "poolWaiting": 0, "commitP95Ms": 2.4, "recoveries": {"recovered": 2},
   *   "errors": {"RATE_LIMITED": 1}, "movesRefused": {"speed": 1}}]}
   * @receivers The connections of administrators that have sent `admin:subscribe`, while they have the role.
   */
  event('admin:figures', 'volatile', typeToken<{ nodes: NodeSecond[] }>()),
] as const;
