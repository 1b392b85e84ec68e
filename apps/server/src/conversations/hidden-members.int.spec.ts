/** Events of somebody whom very many users have blocked: each leaves out the members among them, and no more. */
import { MAX_MEMBERS } from '@aeturnis/contracts';
import { sql } from 'drizzle-orm';
import { blockListOn } from '../../../../test/support/block-list';
import { ConversationStorage } from '../../../../test/support/conversation-storage';
import { type BlockList, userRooms } from '../social';
import { HiddenMembers } from './hidden-members';

let storage: ConversationStorage;
let close: () => Promise<void>;
let hidden: HiddenMembers;
let blocks: BlockList;
let users: string[];

beforeAll(async () => {
  const { nodes, ...opened } = await ConversationStorage.open(1);
  [storage, close] = [nodes[0] as ConversationStorage, opened.close];
  const { rows } = await storage.database.db.execute<{ id: string }>(sql`
    insert into accounts (name, name_key, roles)
    select 'hidden' || n, 'hidden' || n, '{player}' from generate_series(1, ${MAX_MEMBERS + 10}) as n returning id`);
  users = rows.map(({ id }) => id);
  blocks = blockListOn(storage.database);
  hidden = new HiddenMembers(blocks, storage.members);
});
afterAll(() => close());

const block = (blockers: readonly string[], blocked: string): Promise<unknown> =>
  storage.database.db.execute(sql`
    insert into blocks (blocker_id, blocked_id) select unnest(${sql.param(blockers)}::uuid[]), ${blocked}`);

it('few: all events of the author share one list of all who have blocked the author', async () => {
  const [author = '', ...others] = users;
  await block(others.slice(0, 3), author);
  const id = await storage.group(author, ...others.slice(2, 4));
  expect(new Set(await hidden.deafTo(author, id))).toEqual(new Set(userRooms(others.slice(0, 3))));
  expect(await hidden.deafTo(author, id)).toBe(await blocks.deafTo(author));
  expect(await hidden.presentAmong(id, new Set(others.slice(0, 3)))).toEqual(new Set(others.slice(2, 3)));
});

it('more than a conversation has members: the members among them alone', async () => {
  const author = users.at(-1) ?? '';
  const others = users.slice(0, -1);
  await block(others.slice(1), author);
  const id = await storage.group(author, ...others.slice(0, 3));
  expect(others.length - 1).toBeGreaterThan(MAX_MEMBERS);
  expect(new Set(await hidden.deafTo(author, id))).toEqual(new Set(userRooms(others.slice(1, 3))));
});
