/** Presence without Redis: the in-memory counterpart of its Redis keys, part of a `MemoryCluster`. */
import { MAX_MEMBERSHIP_BATCH } from '../membership/membership-store';
import { nodeIdOf } from '../node-incarnation';
import type {
  OnlineDetails,
  PresenceOp,
  PresenceStore,
  SocketLocation,
  UnannouncedChange,
  UserAttributePatch,
  UserAttributes,
} from '../presence/presence-store';

type Announcement = Omit<UnannouncedChange, 'userId'>;

export class MemoryPresenceStore implements PresenceStore {
  private readonly attributesByUser = new Map<string, UserAttributes>();
  private readonly socketsByIncarnation = new Map<string, Map<string, readonly string[]>>();
  /** Announcements that have not been acknowledged, and when they were opened or renewed. */
  private readonly pendingAnnouncements = new Map<string, { announcement: Announcement; since: number }>();
  private lastChangeSeq = 0;

  /** `now` in milliseconds. */
  constructor(
    private readonly now: () => number,
    private readonly isOnline: (userId: string) => boolean,
  ) {}

  apply(incarnation: string, op: PresenceOp): OnlineDetails {
    if (op.kind === 'nextChangeSeq') return this.nextChangeSeq(op.userId);
    if (op.kind === 'sockets') this.setSockets(incarnation, op.userId, op.socketIds);
    else if (op.kind === 'attributes') this.setAttributes(op.userId, op.attributes, op.unlessSet);
    else this.acknowledge(op.userId, op.changeSeq);
    return {};
  }

  /** The user has entered `online`. */
  enter(userId: string): OnlineDetails {
    const changeSeq = ++this.lastChangeSeq;
    this.setPending(userId, { changeSeq, pendingOnlineSeq: changeSeq });
    return { changeSeq };
  }

  /** The user has left `online`: deletes its attributes. */
  leave(userId: string): OnlineDetails {
    const attributes = this.attributesByUser.get(userId);
    this.attributesByUser.delete(userId);
    return { ...this.nextChangeSeq(userId), ...(attributes && { attributes }) };
  }

  removeSockets(incarnation: string): void {
    this.socketsByIncarnation.delete(incarnation);
  }

  async claimOverdue(overdueMs: number): Promise<UnannouncedChange[]> {
    const before = this.now() - overdueMs;
    const overdue = [...this.pendingAnnouncements].filter(([, { since }]) => since <= before);
    return overdue.slice(0, MAX_MEMBERSHIP_BATCH).map(([userId]) => ({ userId, ...this.nextChangeSeq(userId) }));
  }

  async sockets(userId: string): Promise<SocketLocation[]> {
    const located = new Map<string, SocketLocation>();
    for (const [incarnation, sockets] of this.socketsByIncarnation) {
      const nodeId = nodeIdOf(incarnation);
      for (const socketId of sockets.get(userId) ?? []) located.set(socketId, { nodeId, socketId });
    }
    return [...located.values()];
  }

  async attributes(userIds: readonly string[]): Promise<UserAttributes[]> {
    return userIds.map((userId) => ({ ...this.attributesByUser.get(userId) }));
  }

  private nextChangeSeq(userId: string): Announcement {
    const pending = this.pendingAnnouncements.get(userId)?.announcement;
    return this.setPending(userId, { ...pending, changeSeq: ++this.lastChangeSeq });
  }

  private setPending(userId: string, announcement: Announcement): Announcement {
    this.pendingAnnouncements.set(userId, { announcement, since: this.now() });
    return announcement;
  }

  private acknowledge(userId: string, upToSeq: number): void {
    const pending = this.pendingAnnouncements.get(userId);
    if (!pending) return;
    const { changeSeq, pendingOnlineSeq = Infinity } = pending.announcement;
    if (changeSeq <= upToSeq) this.pendingAnnouncements.delete(userId);
    else if (pendingOnlineSeq <= upToSeq) pending.announcement = { changeSeq };
  }

  private setSockets(incarnation: string, userId: string, socketIds: readonly string[]): void {
    const sockets = this.socketsByIncarnation.get(incarnation) ?? new Map<string, readonly string[]>();
    if (socketIds.length > 0) this.socketsByIncarnation.set(incarnation, sockets.set(userId, socketIds));
    else sockets.delete(userId);
  }

  private setAttributes(userId: string, patch: UserAttributePatch, unlessSet = false): void {
    if (!this.isOnline(userId) || (unlessSet && this.attributesByUser.has(userId))) return;
    const merged = Object.entries({ ...this.attributesByUser.get(userId), ...patch });
    const set = merged.filter((entry): entry is [string, string] => entry[1] !== null);
    if (set.length > 0) this.attributesByUser.set(userId, Object.fromEntries(set));
    else this.attributesByUser.delete(userId);
  }
}
