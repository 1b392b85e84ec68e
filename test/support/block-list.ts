/** Who has blocked whom, on a database of a test. */
import type { Database } from '@aeturnis/platform';
import { BlockList } from '../../apps/server/src/social/blocks/block-list';
import { BlocksRepository } from '../../apps/server/src/social/blocks/blocks.repository';
import { aloneBus } from './bus';

export const blockListOn = (database: Database): BlockList =>
  new BlockList(new BlocksRepository(database), aloneBus(), { now: () => 0 });
