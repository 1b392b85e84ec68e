/** Block exclusions on a real database: which user rooms the events of a blocked author leave out. */
import { MAX_MEMBERS } from '@aeturnis/contracts';
import { sql } from 'drizzle-orm';
import { blockListOn } from '../../../../../test/support/domains/block-list';
import {
  type ConversationStorage,
  useConversationStorage,
} from '../../../../../test/support/domains/conversation-storage';
import { type BlockList, userRooms } from '../../social';
import { BlockExclusions } from './block-exclusions';

let storage: ConversationStorage;
let exclusions: BlockExclusions;
let blocks: BlockList;
let users: string[];

useConversationStorage(1, async (west) => {
  storage = west;
  const { rows } = await storage.database.db.execute<{ id: string }>(sql`
    insert into accounts (name, name_key, roles)
    select 'hidden' || n, 'hidden' || n, '{player}' from generate_series(1, ${MAX_MEMBERS + 10}) as n returning id`);
  users = rows.map(({ id }) => id);
  blocks = blockListOn(storage.database);
  exclusions = new BlockExclusions(blocks, storage.members);
});

const block = (blockers: readonly string[], blocked: string): Promise<unknown> =>
  storage.database.db.execute(sql`
    insert into blocks (blocker_id, blocked_id) select unnest(${sql.param(blockers)}::uuid[]), ${blocked}`);

it('few blockers: all events of the author share one list of all blockers', async () => {
  const [author = '', ...others] = users;
  await block(others.slice(0, 3), author);
  const id = await storage.createGroup(author, ...others.slice(2, 4));
  expect(new Set(await exclusions.blockerRoomsIn(author, id))).toEqual(new Set(userRooms(others.slice(0, 3))));
  expect(await exclusions.blockerRoomsIn(author, id)).toBe(await blocks.blockerRoomsOf(author));
  expect(await exclusions.membersAmong(id, new Set(others.slice(0, 3)))).toEqual(new Set(others.slice(2, 3)));
});

it('more blockers than a conversation has members: excludes only the members among them', async () => {
  const author = users.at(-1) ?? '';
  const others = users.slice(0, -1);
  await block(others.slice(1), author);
  const id = await storage.createGroup(author, ...others.slice(0, 3));
  expect(others.length - 1).toBeGreaterThan(MAX_MEMBERS);
  expect(new Set(await exclusions.blockerRoomsIn(author, id))).toEqual(new Set(userRooms(others.slice(1, 3))));
});
