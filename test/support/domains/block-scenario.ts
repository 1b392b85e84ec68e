/** Three users for tests of blocks: Anna blocks Ben, who is on the other node if there are two; Cleo blocks neither. */
import { randomUUID } from 'node:crypto';
import { BlockList } from '../../../apps/server/src/social';
import { type ConversationCluster, type ConversationContext, useConversationCluster } from './conversation-cluster';
import type { ConversationUser } from './conversation-user';
import { waitUntil } from '../clients/client';

export const TOPOLOGIES: [string, { alone: boolean }][] = [
  ['one node', { alone: true }],
  ['two nodes', { alone: false }],
];

export class BlockScenario implements ConversationContext {
  cluster: ConversationCluster;
  anna: ConversationUser;
  ben: ConversationUser;
  cleo: ConversationUser;

  /** Resolves when all nodes have applied the change. */
  async changeBlock(name: 'block:add' | 'block:remove', by: ConversationUser, other: ConversationUser): Promise<void> {
    await by.run(name, { userId: other.id });
    for (const { app } of [this.cluster.west, this.cluster.east]) {
      const list = app.get(BlockList, { strict: false });
      const isApplied = async () => (await list.relationsOf(other.id)).blockedBy.has(by.id) === (name === 'block:add');
      await waitUntil(isApplied, `${name} is applied on every node`);
    }
  }

  block(): Promise<void> {
    return this.changeBlock('block:add', this.anna, this.ben);
  }

  unblock(): Promise<void> {
    return this.changeBlock('block:remove', this.anna, this.ben);
  }

  /** Waits until Anna has received everything sent before, by a message of Cleo that follows it. */
  async waitForDelivery(): Promise<void> {
    const text = randomUUID();
    await this.cleo.run('chat:message', { channel: 'global', text });
    await this.anna.client.waitForEvent('chat:message', (message) => message.text === text);
    await this.anna.client.roundTrip();
  }
}

/** For a suite: a private cluster, and new users without blocks for each test. */
export function useBlockScenario(
  topology: { alone: boolean },
  setUsers: (users: ConversationContext) => unknown,
): BlockScenario {
  const scenario = new BlockScenario();
  useConversationCluster((context) => setUsers(Object.assign(scenario, context)), topology);
  return scenario;
}
