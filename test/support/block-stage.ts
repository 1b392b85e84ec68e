/** Anna has blocked Ben, who is on the other node where there are two; Cleo hears both of them. */
import { randomUUID } from 'node:crypto';
import { BlockList } from '../../apps/server/src/social';
import { command, ConversationCluster, type Talker } from './conversation-cluster';
import { until } from './client';

export const PLACES: [string, { alone: boolean }][] = [
  ['one node', { alone: true }],
  ['two nodes', { alone: false }],
];

export class BlockStage {
  anna: Talker;
  ben: Talker;
  cleo: Talker;

  private constructor(readonly cluster: ConversationCluster) {}

  static async open(where: { alone: boolean }): Promise<BlockStage> {
    return new BlockStage(await ConversationCluster.open(where));
  }

  /** New players, none of whom has blocked another yet. */
  async begin(): Promise<void> {
    [this.anna, this.ben, this.cleo] = (await this.cluster.talkers(3)) as [Talker, Talker, Talker];
  }

  /** Settles when all nodes know of it. */
  async change(name: 'block:add' | 'block:remove', by: Talker, other: Talker): Promise<void> {
    await command(by, name, { userId: other.id });
    for (const { app } of [this.cluster.west, this.cluster.east]) {
      const list = app.get(BlockList, { strict: false });
      const known = async () => (await list.of(other.id)).blockedBy.has(by.id) === (name === 'block:add');
      await until(known, `${name} is known`);
    }
  }

  block(): Promise<void> {
    return this.change('block:add', this.anna, this.ben);
  }

  unblock(): Promise<void> {
    return this.change('block:remove', this.anna, this.ben);
  }

  /** Nothing that anybody said before can still be on its way to Anna: she hears what Cleo says after it. */
  async allIsHeard(): Promise<void> {
    const text = randomUUID();
    await command(this.cleo, 'chat:message', { channel: 'global', text });
    await this.anna.client.event('chat:message', (message) => message.text === text);
    await this.anna.client.settled();
  }
}
