/**
 * The node that publishes a conversation is cut off from Redis without noticing: the members on the other node get
 * everything in order and once, also what is written on that node meanwhile, and what it was about to tell when it is
 * killed; the members on the node itself get once what both nodes publish.
 */
import type { ConversationView, MessageSent } from '@aeturnis/contracts';
import { call } from '../support/http';
import { LogReader } from './support/log-reader';
import { scenario } from './support/scenario';
import type { Joined } from './support/world';

const TAKEN_OVER_MS = 20_000;
const MEANWHILE = 10;

scenario('a publisher whose Redis hangs', { nodes: ['west', 'east'] }, async (world) => {
  const [west, east] = [world.node(0), world.node(1)];
  const [anna, ben] = await Promise.all([world.join(west), world.join(east)]);
  const { body } = await call(west.url, 'POST', '/api/conversations', {
    token: anna.accessToken,
    body: { kind: 'group', participantIds: [ben.id] },
  });
  const { id: conversationId } = body as unknown as ConversationView;
  const say = async ({ client }: Joined, content: string): Promise<number> => {
    const answer = await client.send('message:send', { conversationId, content });
    expect(answer).toMatchObject({ success: true });
    return (answer as unknown as MessageSent).seq;
  };
  const reader = new LogReader(ben.client, conversationId);
  const near = new LogReader(anna.client, conversationId);
  await reader.has(await say(anna, 'before'), TAKEN_OVER_MS);

  west.redisGate.hold();
  await say(anna, 'told by a node that nobody hears');
  await reader.has(await say(ben, 'after it'), TAKEN_OVER_MS);

  // What the node delivered alone comes back to it from the journal, which the other node has published it to.
  west.redisGate.release();
  const both = await say(ben, 'told to both');
  for (const each of [reader, near]) await each.has(both, TAKEN_OVER_MS);
  expect(near.doubled).toEqual([]);
  west.redisGate.hold();

  const writing = { on: true };
  const written = (async () => {
    while (writing.on) await say(anna, 'and on');
  })();
  await reader.has(reader.last + MEANWHILE, TAKEN_OVER_MS).finally(() => (writing.on = false));
  await written;
  const last = await say(anna, 'last words');
  await west.kill();
  await reader.has(last, TAKEN_OVER_MS);

  expect([reader.untold, reader.doubled]).toEqual([[], []]);
  expect(reader.log.map(({ seq }) => seq)).toEqual(Array.from({ length: last }, (_, index) => index + 1));
  west.redisGate.release();
  await west.restart();
  return { entries: last };
});
