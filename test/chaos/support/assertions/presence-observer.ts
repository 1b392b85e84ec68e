/** A client that subscribes to players: every announcement must be a change, and their sum what the node answers. */
import type { PresenceView } from '@aeturnis/contracts';
import { type TestClient, waitUntil } from '../../../support/clients/client';
import type { ChaosNode } from '../chaos-node';
import type { ChaosCluster } from '../chaos-cluster';

const PAGE = 100;

export class PresenceObserver {
  private constructor(
    private readonly client: TestClient,
    private readonly userIds: readonly string[],
    private initiallyOnline: ReadonlySet<string>,
  ) {}

  static async subscribe(cluster: ChaosCluster, node: ChaosNode, ids: readonly string[]): Promise<PresenceObserver> {
    const { client } = await cluster.connectGuest(node);
    const online = new Set<string>();
    for (const page of pages(ids)) {
      const { users } = (await client.send('presence:subscribe', { userIds: page })) as unknown as PresenceViews;
      for (const user of users) if (user.online) online.add(user.userId);
    }
    return new PresenceObserver(client, ids, online);
  }

  /** The announcements received, as `+id` and `-id`, in order. */
  get announcements(): string[] {
    return this.client.received.flatMap(({ event, payload }) => {
      const { userId } = (payload ?? {}) as { userId?: string };
      if (userId === undefined || (event !== 'player:online' && event !== 'player:offline')) return [];
      return [`${event === 'player:online' ? '+' : '-'}${userId}`];
    });
  }

  announcementsOf(userId: string): string {
    return this.announcements
      .filter((announcement) => announcement.slice(1) === userId)
      .map((announcement) => announcement.slice(0, 1))
      .join('');
  }

  /** From now on only later announcements count. */
  resetAnnouncements(): void {
    this.initiallyOnline = new Set(this.announcedOnline());
    this.client.clearReceived();
  }

  close(): void {
    this.client.close();
  }

  /** The users who are online by the announcements. @throws if an announcement is not a change. */
  announcedOnline(): string[] {
    const online = new Set(this.initiallyOnline);
    const announced = new Set<string>();
    for (const announcement of this.announcements) {
      const [kind, userId] = [announcement.slice(0, 1), announcement.slice(1)];
      // An online announcement that was in flight during the subscription repeats its answer; that is allowed once.
      const isConfirmation = kind === '+' && this.initiallyOnline.has(userId) && !announced.has(userId);
      if (online.has(userId) === (kind === '+') && !isConfirmation) throw new Error(`${announcement} announced twice`);
      announced.add(userId);
      if (kind === '+') online.add(userId);
      else online.delete(userId);
    }
    return [...online].sort();
  }

  /** The users who are online by the node's answer to `presence:get`. */
  async queriedOnline(): Promise<string[]> {
    const online: string[] = [];
    for (const page of pages(this.userIds)) {
      const { users } = (await this.client.send('presence:get', { userIds: page })) as unknown as PresenceViews;
      online.push(...users.filter((user) => user.online).map(({ userId }) => userId));
    }
    return online.sort();
  }

  /** Waits until the announcements and the node's answer both equal exactly these users. */
  async waitForAgreement(userIds: readonly string[], what: string, timeoutMs = 30_000): Promise<void> {
    const expected = [...userIds].sort().join();
    const isExact = async (): Promise<boolean> =>
      this.announcedOnline().join() === expected && (await this.queriedOnline()).join() === expected;
    await waitUntil(isExact, `${what}: announced ${this.announcements.join(' ')}`, timeoutMs);
  }
}

interface PresenceViews {
  users: PresenceView[];
}

const pages = (userIds: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(userIds.length / PAGE) }, (_, page) => userIds.slice(page * PAGE, (page + 1) * PAGE));
