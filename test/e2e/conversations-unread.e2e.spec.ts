/** Unread: whatever two devices read in which order, it is what a recount finds. */
import type { ConversationView } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import { connect } from '../support/client';
import {
  command,
  type ConversationCluster,
  groupOf,
  onCluster,
  outcome,
  request,
  send,
  type Talker,
  upTo,
} from '../support/conversation-cluster';
import { fc, runs } from '../support/properties';

let cluster: ConversationCluster;
let anna: Talker;
let ben: Talker;
let cleo: Talker;

onCluster((scene) => ({ cluster, anna, ben, cleo } = scene));

/** As the server tells it: counted when it is asked for, in the summary and in the list alike. */
async function unread(by: Talker, id: string): Promise<number> {
  const { body } = await request(by, 'GET', `/api/conversations/${id}`);
  return (body as unknown as ConversationView).unread;
}

/** As it is, by the entries alone: nothing that was noted along the way is believed but the watermark. */
async function recount(by: Talker, id: string): Promise<number> {
  const { rows } = await cluster.west.app.get(Database).db.execute<{ count: number }>(sql`
    select count(*)::int from conversation_log as entry, conversation_members as member
    where member.conversation_id = ${id} and member.user_id = ${by.id} and entry.conversation_id = ${id}
      and entry.type = 'message:new' and entry.actor_id <> ${by.id} and entry.seq > member.read_seq
      and not exists (select from conversation_log as gone
        where gone.conversation_id = ${id} and gone.type = 'message:deleted' and gone.message_seq = entry.seq)`);
  return rows[0]?.count ?? -1;
}

it('begins with the coming: what was said before it is not counted', async () => {
  const id = await groupOf(anna, ben);
  for (const n of upTo(5)) await send(anna, id, `${n}`);
  await command(anna, 'conversation:add', { conversationId: id, userIds: [cleo.id] });
  expect(await unread(cleo, id)).toBe(0);
  await send(anna, id, 'welcome');
  expect([await unread(cleo, id), await unread(ben, id)]).toEqual([1, 6]);
});

it('stays when an older message is read after a newer one, on another device', async () => {
  const id = await groupOf(anna, ben);
  const said: string[] = [];
  for (const n of upTo(4)) said.push((await send(anna, id, `${n}`)).messageId);
  const phone: Talker = { ...ben, client: await connect(cluster.west.url, ben.accessToken) };
  const read = (by: Talker, index: number) =>
    command(by, 'message:read', { conversationId: id, messageIds: [said[index]] });
  await read(ben, 2);
  await read(phone, 0);
  expect([await unread(ben, id), await recount(ben, id)]).toEqual([1, 1]);
});

/** What somebody does, with messages counted from the first. Steps of one turn are done at the same time. */
type Step =
  | { what: 'say'; who: 0 | 1 | 2 }
  | { what: 'read' | 'deliver'; who: 0 | 1 | 2; messages: number[] }
  | { what: 'delete'; messages: number[] };

const who = fc.constantFrom<(0 | 1 | 2)[]>(0, 1, 2);
const messages = fc.array(fc.nat(30), { minLength: 1, maxLength: 3 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ what: fc.constant('say' as const), who }),
  fc.record({ what: fc.constantFrom<('read' | 'deliver')[]>('read', 'deliver'), who, messages }),
  fc.record({ what: fc.constant('delete' as const), messages }),
);

it('equals a recount, always', async () => {
  const turns = fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 8 });
  const phone: Talker = { ...ben, client: await connect(cluster.west.url, ben.accessToken) };
  const hands = [anna, ben, phone] as const;
  const play = async (steps: Step[][]): Promise<void> => {
    const id = await groupOf(anna, ben);
    const said: string[] = [(await send(anna, id, 'first')).messageId];
    const named = (numbers: number[]) => numbers.map((number) => said[number % said.length]);
    const doing = async (done: Step): Promise<void> => {
      if (done.what === 'say') {
        said.push((await send(hands[done.who], id, 'word')).messageId);
      } else if (done.what === 'delete') {
        // The admin may, whoever wrote it, and again as well.
        for (const messageId of named(done.messages))
          await command(anna, 'message:delete', { conversationId: id, messageId });
      } else {
        const name = done.what === 'read' ? 'message:read' : 'message:delivered';
        const payload = { conversationId: id, messageIds: named(done.messages) };
        expect(await outcome(hands[done.who], name, payload)).toBe('ok');
      }
    };
    for (const turn of steps) {
      await Promise.all(turn.map(doing));
      expect([await unread(ben, id), await unread(anna, id)]).toEqual([
        await recount(ben, id),
        await recount(anna, id),
      ]);
    }
  };
  await fc.assert(fc.asyncProperty(turns, play), { numRuns: runs(12) });
}, 60_000);
