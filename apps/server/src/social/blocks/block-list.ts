/**
 * Caches the blocks of users on each node for all features that deliver events. A change invalidates the cache on all nodes. A
 * node that missed the invalidation uses outdated blocks for at most a minute.
 */
import { Injectable, Optional } from '@nestjs/common';
import { RoomKind, roomName, type RoomName } from '@aeturnis/contracts';
import { LoadingCache } from '@aeturnis/platform';
import { Clock, ClusterBus } from '@aeturnis/realtime';
import { BlocksRepository } from './blocks.repository';

const CHANGED_TOPIC = 'blocks:changed';
const MAX_CACHED_USERS = 20_000;
/** Cached blocks of all users together, about 150 bytes each. Needed because one user may be blocked by any number of users. */
const MAX_CACHED_RELATIONS = 200_000;
const MAX_AGE_MS = 60_000;
const USERS_PER_MESSAGE = 500;

export interface BlockRelations {
  /** Users blocked by this user. */
  readonly blocking: ReadonlySet<string>;
  /** Users that block this user, and since when. */
  readonly blockedBy: ReadonlyMap<string, Date>;
}

const NO_RELATIONS: BlockRelations = { blocking: new Set(), blockedBy: new Map() };

@Injectable()
export class BlockList {
  private readonly additionListeners: ((blockerId: string, blockedId: string) => void)[] = [];
  private readonly removalListeners: ((blockerId: string, blockedId: string) => Promise<void>)[] = [];
  private readonly cache: LoadingCache<BlockRelations>;
  /** Built once per cached relations and shared by all events of a user. */
  private readonly blockerRooms = new WeakMap<BlockRelations, readonly RoomName[]>();

  constructor(
    private readonly repository: BlocksRepository,
    private readonly bus: ClusterBus,
    clock: Clock,
    @Optional() maxRelations: number = MAX_CACHED_RELATIONS,
  ) {
    this.cache = new LoadingCache({
      maxEntries: MAX_CACHED_USERS,
      maxAgeMs: MAX_AGE_MS,
      clock,
      maxWeight: maxRelations,
      weightOf: ({ blocking, blockedBy }) => blocking.size + blockedBy.size,
    });
    this.bus.subscribe<{ userIds: string[] }>(CHANGED_TOPIC, ({ userIds }) => {
      for (const userId of userIds) this.cache.invalidate(userId);
    });
  }

  /** The number of cached blocks; a block counts once for each side that is cached. */
  get cachedRelationCount(): number {
    return this.cache.weight;
  }

  /** The current blocks of a user. One that was just committed on another node may be missing. */
  relationsOf(userId: string): Promise<BlockRelations> {
    return this.cache.get(userId, () => this.readRelations(userId));
  }

  /** As `relationsOf`, for several users. Those that are not cached are read with one statement. */
  async relationsOfEach(userIds: Iterable<string>): Promise<ReadonlyMap<string, BlockRelations>> {
    const distinct = [...new Set(userIds)];
    const missing = distinct.filter((userId) => !this.cache.has(userId));
    if (missing.length > 0) {
      const pendingRead = this.readRelationsOfEach(missing);
      for (const userId of missing)
        this.cache.set(
          userId,
          pendingRead.then((found) => found.get(userId) ?? NO_RELATIONS),
        );
    }
    const found = distinct.map(async (userId) => [userId, await this.relationsOf(userId)] as const);
    return new Map(await Promise.all(found));
  }

  /**
   * The user rooms of all users that block this user, for `except`; undefined if there are none. All calls share one frozen
   * list, because it may be long.
   */
  async blockerRoomsOf(userId: string): Promise<readonly RoomName[] | undefined> {
    const relations = await this.relationsOf(userId);
    if (relations.blockedBy.size === 0) return undefined;
    let rooms = this.blockerRooms.get(relations);
    if (!rooms) this.blockerRooms.set(relations, (rooms = Object.freeze(userRooms(relations.blockedBy.keys()))));
    return rooms;
  }

  /** The users with a block towards this user in either direction: neither sees the other. */
  async hiddenFrom(userId: string): Promise<ReadonlySet<string>> {
    const { blocking, blockedBy } = await this.relationsOf(userId);
    if (blockedBy.size === 0) return blocking;
    return new Set([...blocking, ...blockedBy.keys()]);
  }

  /** Call it after a change between these two users is committed. */
  invalidate(blockerId: string, blockedId: string): void {
    const userIds = [blockerId, blockedId];
    this.bus.publish(CHANGED_TOPIC, { userIds }, { keepAs: `blocks:${blockerId}:${blockedId}` });
  }

  /** Registers a listener for new blocks. Called on the node that added the block. */
  onAdded(listener: (blockerId: string, blockedId: string) => void): void {
    this.additionListeners.push(listener);
  }

  /** Call it after a new block is committed and `invalidate` was called. */
  notifyAdded(blockerId: string, blockedId: string): void {
    for (const listener of this.additionListeners) listener(blockerId, blockedId);
  }

  /** Registers a listener for blocks that their blocker has removed. Called on the node that removed the block. */
  onRemoved(listener: (blockerId: string, blockedId: string) => Promise<void>): void {
    this.removalListeners.push(listener);
  }

  /** Call it after the removal of a block is committed and `invalidate` was called. */
  async notifyRemoved(blockerId: string, blockedId: string): Promise<void> {
    for (const listener of this.removalListeners) await listener(blockerId, blockedId);
  }

  /** As `invalidate`, between one user and several others, in messages of bounded size. */
  invalidateAll(userId: string, others: readonly string[]): void {
    for (let start = 0; start < others.length; start += USERS_PER_MESSAGE) {
      const userIds = [userId, ...others.slice(start, start + USERS_PER_MESSAGE)];
      this.bus.publish(CHANGED_TOPIC, { userIds }, { keepAs: `blocks:${userId}:all:${start}` });
    }
  }

  private async readRelationsOfEach(userIds: readonly string[]): Promise<Map<string, BlockRelations>> {
    const found = new Map(
      userIds.map((userId) => [userId, { blocking: new Set<string>(), blockedBy: new Map<string, Date>() }]),
    );
    for (const { blockerId, blockedId, createdAt } of await this.repository.findInvolvingEach(userIds)) {
      found.get(blockerId)?.blocking.add(blockedId);
      found.get(blockedId)?.blockedBy.set(blockerId, createdAt);
    }
    return found;
  }

  private async readRelations(userId: string): Promise<BlockRelations> {
    const blocking = new Set<string>();
    const blockedBy = new Map<string, Date>();
    for (const { blockerId, blockedId, createdAt } of await this.repository.findInvolving(userId)) {
      if (blockerId === userId) blocking.add(blockedId);
      else blockedBy.set(blockerId, createdAt);
    }
    return { blocking, blockedBy };
  }
}

export const userRooms = (userIds: Iterable<string>): RoomName[] =>
  [...userIds].map((userId) => roomName(RoomKind.User, userId));
