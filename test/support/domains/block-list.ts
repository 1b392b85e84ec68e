/** Creates a block list on a test database. */
import type { Database } from '@aeturnis/platform';
import { BlockList } from '../../../apps/server/src/social/blocks/block-list';
import { BlocksRepository } from '../../../apps/server/src/social/blocks/blocks.repository';
import { singleNodeBus } from '../servers/single-node-bus';

export const blockListOn = (database: Database): BlockList =>
  new BlockList(new BlocksRepository(database), singleNodeBus(), { now: () => 0 });
