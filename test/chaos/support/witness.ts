/** Somebody who follows players and believes what is told: every word must be news, and together they must be the truth. */
import type { PresenceView } from '@aeturnis/contracts';
import { type TestClient, until } from '../../support/client';
import type { ChaosNode } from './node';
import type { World } from './world';

const PAGE = 100;

export class Witness {
  private constructor(
    private readonly client: TestClient,
    private readonly userIds: readonly string[],
    private atFirst: ReadonlySet<string>,
  ) {}

  static async of(world: World, node: ChaosNode, userIds: readonly string[]): Promise<Witness> {
    const { client } = await world.join(node);
    const online = new Set<string>();
    for (const page of pages(userIds)) {
      const { users } = (await client.send('presence:subscribe', { userIds: page })) as unknown as Views;
      for (const user of users) if (user.online) online.add(user.userId);
    }
    return new Witness(client, userIds, online);
  }

  /** What was told, as `+id` and `-id`, in order. */
  get told(): string[] {
    return this.client.received.flatMap(({ event, payload }) => {
      const { userId } = (payload ?? {}) as { userId?: string };
      if (userId === undefined || (event !== 'player:online' && event !== 'player:offline')) return [];
      return [`${event === 'player:online' ? '+' : '-'}${userId}`];
    });
  }

  toldOf(userId: string): string {
    return this.told
      .filter((word) => word.slice(1) === userId)
      .map((word) => word.slice(0, 1))
      .join('');
  }

  /** From now on only what is told later counts. */
  forget(): void {
    this.atFirst = new Set(this.believed());
    this.client.forget();
  }

  leave(): void {
    this.client.close();
  }

  /** Who is online by what was told; throws where something was told twice. */
  believed(): string[] {
    const online = new Set(this.atFirst);
    const heard = new Set<string>();
    for (const word of this.told) {
      const [kind, userId] = [word.slice(0, 1), word.slice(1)];
      // A coming that was on its way to all while the witness asked is no news, and no fault.
      const confirms = kind === '+' && this.atFirst.has(userId) && !heard.has(userId);
      if (online.has(userId) === (kind === '+') && !confirms) throw new Error(`told ${word} twice`);
      heard.add(userId);
      if (kind === '+') online.add(userId);
      else online.delete(userId);
    }
    return [...online].sort();
  }

  /** Who is online by what the node answers when it is asked. */
  async asked(): Promise<string[]> {
    const online: string[] = [];
    for (const page of pages(this.userIds)) {
      const { users } = (await this.client.send('presence:get', { userIds: page })) as unknown as Views;
      online.push(...users.filter((user) => user.online).map(({ userId }) => userId));
    }
    return online.sort();
  }

  /** Waits until what was told and what is answered are both exactly this. */
  async agrees(userIds: readonly string[], what: string, timeoutMs = 30_000): Promise<void> {
    const truth = [...userIds].sort().join();
    const exact = async (): Promise<boolean> =>
      this.believed().join() === truth && (await this.asked()).join() === truth;
    await until(exact, `${what}: told ${this.told.join(' ')}`, timeoutMs);
  }
}

interface Views {
  users: PresenceView[];
}

const pages = (userIds: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(userIds.length / PAGE) }, (_, page) => userIds.slice(page * PAGE, (page + 1) * PAGE));
