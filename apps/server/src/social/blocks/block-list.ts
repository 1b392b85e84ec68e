/**
 * Who has blocked whom, for all who deliver something: read once, remembered on each node, and forgotten on all nodes with
 * a change. A node that missed the word of it goes on with what it knew for a minute at most.
 */
import { Injectable, Optional } from '@nestjs/common';
import { RoomKind, roomName, type RoomName } from '@aeturnis/contracts';
import { Clock, ClusterBus } from '@aeturnis/realtime';
import { BlocksRepository } from './blocks.repository';

const CHANGED_TOPIC = 'blocks:changed';
const MAX_ENTRIES = 20_000;
/** Cached blocks of all users together, about 150 bytes each: the number of users who block one user has no limit. */
const MAX_RELATIONS = 200_000;
const MAX_AGE_MS = 60_000;
const USERS_PER_MESSAGE = 500;

export interface BlockRelations {
  /** Users blocked by this user. */
  readonly blocking: ReadonlySet<string>;
  /** Users who have blocked this user, and when. */
  readonly blockedBy: ReadonlyMap<string, Date>;
}

interface Entry {
  readonly relations: Promise<BlockRelations>;
  readonly freshUntil: number;
  /** How many; 0 until they have been read. */
  count: number;
}

const NO_RELATIONS: BlockRelations = { blocking: new Set(), blockedBy: new Map() };

@Injectable()
export class BlockList {
  private readonly removalListeners: ((blockerId: string, blockedId: string) => Promise<void>)[] = [];
  // In the order of reading: the first is the oldest.
  private readonly entries = new Map<string, Entry>();
  /** Of the entries that have been read. */
  private relationCount = 0;
  /** Made once for all events of a user, until the relations are read anew. */
  private readonly deafRooms = new WeakMap<BlockRelations, readonly RoomName[]>();

  constructor(
    private readonly repository: BlocksRepository,
    private readonly bus: ClusterBus,
    private readonly clock: Clock,
    @Optional() private readonly maxRelations: number = MAX_RELATIONS,
  ) {
    this.bus.on<{ userIds: string[] }>(CHANGED_TOPIC, ({ userIds }) => {
      for (const userId of userIds) this.forget(userId);
    });
  }

  /** How many blocks are remembered, each for either side. */
  get remembered(): number {
    return this.relationCount;
  }

  /** As it is now; what was committed on another node a moment ago may be missing still. */
  of(userId: string): Promise<BlockRelations> {
    const known = this.entries.get(userId);
    const now = this.clock.now();
    if (known && known.freshUntil > now) return known.relations;
    return this.remember(userId, this.read(userId), now);
  }

  /** As `of`, for several users; those that are not remembered are read in one statement. */
  async ofEach(userIds: Iterable<string>): Promise<ReadonlyMap<string, BlockRelations>> {
    const now = this.clock.now();
    const distinct = [...new Set(userIds)];
    const missing = distinct.filter((userId) => !((this.entries.get(userId)?.freshUntil ?? 0) > now));
    if (missing.length > 0) {
      const read = this.readEach(missing);
      for (const userId of missing)
        void this.remember(
          userId,
          read.then((found) => found.get(userId) ?? NO_RELATIONS),
          now,
        );
    }
    const found = distinct.map(async (userId) => [userId, await this.of(userId)] as const);
    return new Map(await Promise.all(found));
  }

  /**
   * The user's own rooms of those who are to hear nothing of this user: for `except`; undefined where there are none. One
   * list for all who ask: it may be long.
   */
  async deafTo(userId: string): Promise<readonly RoomName[] | undefined> {
    const relations = await this.of(userId);
    if (relations.blockedBy.size === 0) return undefined;
    let rooms = this.deafRooms.get(relations);
    if (!rooms) this.deafRooms.set(relations, (rooms = Object.freeze(userRooms(relations.blockedBy.keys()))));
    return rooms;
  }

  /** Those of whom this user sees nothing and who see nothing of this user: a block hides both ways. */
  async hiddenFrom(userId: string): Promise<ReadonlySet<string>> {
    const { blocking, blockedBy } = await this.of(userId);
    if (blockedBy.size === 0) return blocking;
    return new Set([...blocking, ...blockedBy.keys()]);
  }

  /** Call it once a change between these two is committed. */
  changed(blockerId: string, blockedId: string): void {
    const userIds = [blockerId, blockedId];
    this.bus.publish(CHANGED_TOPIC, { userIds }, { keepAs: `blocks:${blockerId}:${blockedId}` });
  }

  /** Tells of each block that its maker has ended, on the node where that happened. */
  onRemoved(listener: (blockerId: string, blockedId: string) => Promise<void>): void {
    this.removalListeners.push(listener);
  }

  /** Call it once the end of a block is committed, after `changed`. */
  async removed(blockerId: string, blockedId: string): Promise<void> {
    for (const listener of this.removalListeners) await listener(blockerId, blockedId);
  }

  /** As `changed`, between one user and each of several: in messages of bounded length. */
  changedAll(userId: string, others: readonly string[]): void {
    for (let start = 0; start < others.length; start += USERS_PER_MESSAGE) {
      const userIds = [userId, ...others.slice(start, start + USERS_PER_MESSAGE)];
      this.bus.publish(CHANGED_TOPIC, { userIds }, { keepAs: `blocks:${userId}:all:${start}` });
    }
  }

  private remember(userId: string, relations: Promise<BlockRelations>, now: number): Promise<BlockRelations> {
    const entry: Entry = { relations, freshUntil: now + MAX_AGE_MS, count: 0 };
    this.forget(userId);
    this.entries.set(userId, entry);
    const isCurrent = (): boolean => this.entries.get(userId) === entry;
    relations.then(
      ({ blocking, blockedBy }) => {
        if (!isCurrent()) return;
        entry.count = blocking.size + blockedBy.size;
        this.relationCount += entry.count;
        this.forgetOldest();
      },
      () => isCurrent() && this.forget(userId),
    );
    this.forgetOldest();
    return relations;
  }

  private forgetOldest(): void {
    for (const userId of this.entries.keys()) {
      if (this.entries.size <= MAX_ENTRIES && this.relationCount <= this.maxRelations) return;
      this.forget(userId);
    }
  }

  private forget(userId: string): void {
    this.relationCount -= this.entries.get(userId)?.count ?? 0;
    this.entries.delete(userId);
  }

  private async readEach(userIds: readonly string[]): Promise<Map<string, BlockRelations>> {
    const found = new Map(
      userIds.map((userId) => [userId, { blocking: new Set<string>(), blockedBy: new Map<string, Date>() }]),
    );
    for (const { blockerId, blockedId, createdAt } of await this.repository.aboutEach(userIds)) {
      found.get(blockerId)?.blocking.add(blockedId);
      found.get(blockedId)?.blockedBy.set(blockerId, createdAt);
    }
    return found;
  }

  private async read(userId: string): Promise<BlockRelations> {
    const blocking = new Set<string>();
    const blockedBy = new Map<string, Date>();
    for (const { blockerId, blockedId, createdAt } of await this.repository.about(userId)) {
      if (blockerId === userId) blocking.add(blockedId);
      else blockedBy.set(blockerId, createdAt);
    }
    return { blocking, blockedBy };
  }
}

export const userRooms = (userIds: Iterable<string>): RoomName[] =>
  [...userIds].map((userId) => roomName(RoomKind.User, userId));
