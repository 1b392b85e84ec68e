/** The unread count equals a recount of the log, whatever several devices read, in any order. */
import type { ConversationView } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import { type ConversationCluster, useConversationCluster, numbersUpTo } from '../support/domains/conversation-cluster';
import type { ConversationUser } from '../support/domains/conversation-user';
import { fc, propertyRuns } from '../support/properties';

let cluster: ConversationCluster;
let anna: ConversationUser;
let ben: ConversationUser;
let cleo: ConversationUser;

useConversationCluster((scene) => ({ cluster, anna, ben, cleo } = scene));

/** The count of the server: the conversation's own view. */
async function unread(by: ConversationUser, id: string): Promise<number> {
  const { body } = await by.request('GET', `/api/conversations/${id}`);
  return (body as unknown as ConversationView).unread;
}

/** The count by the log entries and the read watermark alone. */
async function recount(by: ConversationUser, id: string): Promise<number> {
  const { rows } = await cluster.west.app.get(Database).db.execute<{ count: number }>(sql`
    select count(*)::int from conversation_log as entry, conversation_members as member
    where member.conversation_id = ${id} and member.user_id = ${by.id} and entry.conversation_id = ${id}
      and entry.type = 'message:new' and entry.actor_id <> ${by.id} and entry.seq > member.read_seq
      and not exists (select from conversation_log as deletion
        where deletion.conversation_id = ${id} and deletion.type = 'message:deleted' and deletion.message_seq = entry.seq)`);
  return rows[0]?.count ?? -1;
}

it('starts when a member is added: earlier messages are not counted', async () => {
  const id = await anna.createGroup(ben);
  for (const n of numbersUpTo(5)) await anna.sendMessage(id, `${n}`);
  await anna.run('conversation:add', { conversationId: id, userIds: [cleo.id] });
  expect(await unread(cleo, id)).toBe(0);
  await anna.sendMessage(id, 'welcome');
  expect([await unread(cleo, id), await unread(ben, id)]).toEqual([1, 6]);
});

it('does not change when an older message is read after a newer one, on another device', async () => {
  const id = await anna.createGroup(ben);
  const messageIds: string[] = [];
  for (const n of numbersUpTo(4)) messageIds.push((await anna.sendMessage(id, `${n}`)).messageId);
  const phone = await ben.connectTo(cluster.west.url);
  const read = (by: ConversationUser, index: number) =>
    by.run('message:read', { conversationId: id, messageIds: [messageIds[index]] });
  await read(ben, 2);
  await read(phone, 0);
  expect([await unread(ben, id), await recount(ben, id)]).toEqual([1, 1]);
});

/** An action of a device, with messages numbered from the first. The steps of one round run concurrently. */
type Step =
  | { action: 'say'; device: 0 | 1 | 2 }
  | { action: 'read' | 'deliver'; device: 0 | 1 | 2; messages: number[] }
  | { action: 'delete'; messages: number[] };

const device = fc.constantFrom<(0 | 1 | 2)[]>(0, 1, 2);
const messages = fc.array(fc.nat(30), { minLength: 1, maxLength: 3 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ action: fc.constant('say' as const), device }),
  fc.record({ action: fc.constantFrom<('read' | 'deliver')[]>('read', 'deliver'), device, messages }),
  fc.record({ action: fc.constant('delete' as const), messages }),
);

it('equals a recount after any sequence of concurrent steps', async () => {
  const rounds = fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 8 });
  const phone = await ben.connectTo(cluster.west.url);
  const devices = [anna, ben, phone] as const;
  const play = async (sequence: Step[][]): Promise<void> => {
    const id = await anna.createGroup(ben);
    const messageIds: string[] = [(await anna.sendMessage(id, 'first')).messageId];
    const messageIdsAt = (numbers: number[]) => numbers.map((number) => messageIds[number % messageIds.length]);
    const perform = async (step: Step): Promise<void> => {
      if (step.action === 'say') {
        messageIds.push((await devices[step.device].sendMessage(id, 'word')).messageId);
      } else if (step.action === 'delete') {
        // The admin may delete any message, also one that is deleted already.
        for (const messageId of messageIdsAt(step.messages))
          await anna.run('message:delete', { conversationId: id, messageId });
      } else {
        const name = step.action === 'read' ? 'message:read' : 'message:delivered';
        const payload = { conversationId: id, messageIds: messageIdsAt(step.messages) };
        expect(await devices[step.device].outcomeOf(name, payload)).toBe('ok');
      }
    };
    for (const round of sequence) {
      await Promise.all(round.map(perform));
      expect([await unread(ben, id), await unread(anna, id)]).toEqual([
        await recount(ben, id),
        await recount(anna, id),
      ]);
    }
  };
  await fc.assert(fc.asyncProperty(rounds, play), { numRuns: propertyRuns(12) });
}, 60_000);
