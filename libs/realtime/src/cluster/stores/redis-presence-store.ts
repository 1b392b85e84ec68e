/** Presence in a cluster, in the Redis keys that `RedisMembershipStore` changes; includes/presence.lua documents them. */
import { join } from 'node:path';
import { luaCommands } from '@aeturnis/platform';
import type { Redis } from 'ioredis';
import { MAX_MEMBERSHIP_BATCH } from '../membership/membership-store';
import { nodeIdOf } from '../node-incarnation';
import {
  ONLINE,
  type OnlineDetails,
  type PresenceOp,
  type PresenceStore,
  type SocketLocation,
  type UnannouncedChange,
  type UserAttributes,
} from '../presence/presence-store';

/** The prefix of all keys of memberships and presence; its hash tag keeps them in one slot. */
export const BASE_KEY = '{rt}:members';

type PresenceRedis = Redis & {
  presenceClaimOverdue(base: string, overdueMs: number, limit: number): Promise<string[]>;
};

const FILES = { presenceClaimOverdue: 'claim-overdue' };
const defineScripts = luaCommands<PresenceRedis>(join(__dirname, 'scripts'), FILES, { ONLINE });

export class RedisPresenceStore implements PresenceStore {
  private readonly redis: PresenceRedis;

  constructor(
    redis: Redis,
    private readonly baseKey = BASE_KEY,
  ) {
    this.redis = defineScripts(redis);
  }

  async claimOverdue(overdueMs: number): Promise<UnannouncedChange[]> {
    const flat = await this.redis.presenceClaimOverdue(this.baseKey, overdueMs, MAX_MEMBERSHIP_BATCH);
    const changes: UnannouncedChange[] = [];
    for (let index = 0; index + 2 < flat.length; index += 3) {
      const [userId = '', seq, onlineSeq = ''] = flat.slice(index, index + 3);
      changes.push({
        userId,
        changeSeq: Number(seq),
        ...(onlineSeq !== '' && { pendingOnlineSeq: Number(onlineSeq) }),
      });
    }
    return changes;
  }

  async sockets(userId: string): Promise<SocketLocation[]> {
    const located = new Map<string, SocketLocation>();
    for (const [incarnation, ids] of Object.entries(await this.redis.hgetall(`${this.baseKey}:sockets:${userId}`))) {
      const nodeId = nodeIdOf(incarnation);
      for (const socketId of JSON.parse(ids) as string[]) located.set(socketId, { nodeId, socketId });
    }
    return [...located.values()];
  }

  async attributes(userIds: readonly string[]): Promise<UserAttributes[]> {
    return Promise.all(userIds.map((userId) => this.redis.hgetall(`${this.baseKey}:attributes:${userId}`)));
  }
}

/** The four arguments of an operation in a batch. */
export function encodePresenceOp(op: PresenceOp): string[] {
  switch (op.kind) {
    case 'sockets':
      return ['S', '', op.userId, op.socketIds.length > 0 ? JSON.stringify(op.socketIds) : ''];
    case 'attributes':
      return ['A', op.unlessSet ? '1' : '', op.userId, JSON.stringify(op.attributes)];
    case 'nextChangeSeq':
      return ['T', '', op.userId, ''];
    case 'acknowledge':
      return ['D', '', op.userId, String(op.changeSeq)];
  }
}

/** Both numbers are empty where there is none; attributes are a flat list of names and values. */
export type EncodedDetails = [changeSeq: string, pendingOnlineSeq: string, ...attributes: string[]];

export function parseOnlineDetails([changeSeq, pendingOnlineSeq, ...attributes]: EncodedDetails): OnlineDetails {
  return {
    ...(changeSeq !== '' && { changeSeq: Number(changeSeq) }),
    ...(pendingOnlineSeq !== '' && { pendingOnlineSeq: Number(pendingOnlineSeq) }),
    ...(attributes.length > 0 && { attributes: parseAttributes(attributes) }),
  };
}

function parseAttributes(flat: string[]): UserAttributes {
  const attributes: UserAttributes = {};
  for (let index = 0; index + 1 < flat.length; index += 2)
    attributes[flat[index] as string] = flat[index + 1] as string;
  return attributes;
}
