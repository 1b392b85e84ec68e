/**
 * The node that publishes a conversation loses Redis silently. The other node takes over: its members get every message
 * once and in order, including messages written on the hung node and those it had not published when it is killed.
 * Members on the hung node get messages that both nodes publish only once.
 */
import type { ConversationView, MessageSent } from '@aeturnis/contracts';
import { callApi } from '../support/clients/http';
import { LogReader } from './support/assertions/log-reader';
import { scenario, TWO_NODES } from './support/scenario';
import type { ConnectedGuest } from './support/chaos-cluster';

const TAKEOVER_TIMEOUT_MS = 20_000;
const MESSAGES_DURING_OUTAGE = 10;

scenario('a publisher whose Redis hangs is replaced without loss or duplicates', TWO_NODES, async (cluster) => {
  const [west, east] = [cluster.node(0), cluster.node(1)];
  const [anna, ben] = await Promise.all([cluster.connectGuest(west), cluster.connectGuest(east)]);
  const { body } = await callApi(west.url, 'POST', '/api/conversations', {
    token: anna.accessToken,
    body: { kind: 'group', participantIds: [ben.id] },
  });
  const { id: conversationId } = body as unknown as ConversationView;
  const sendMessage = async ({ client }: ConnectedGuest, content: string): Promise<number> => {
    const answer = await client.send('message:send', { conversationId, content });
    expect(answer).toMatchObject({ success: true });
    return (answer as unknown as MessageSent).seq;
  };
  const reader = new LogReader(ben.client, conversationId);
  const readerOnHungNode = new LogReader(anna.client, conversationId);
  await reader.waitForSeq(await sendMessage(anna, 'before'), TAKEOVER_TIMEOUT_MS);

  west.redisGate.stall();
  await sendMessage(anna, 'written on the hung node');
  await reader.waitForSeq(await sendMessage(ben, 'written on the other node'), TAKEOVER_TIMEOUT_MS);

  // The hung node has delivered these messages itself; now it also receives them from the journal.
  west.redisGate.resume();
  const seq = await sendMessage(ben, 'after the outage');
  for (const member of [reader, readerOnHungNode]) await member.waitForSeq(seq, TAKEOVER_TIMEOUT_MS);
  expect(readerOnHungNode.duplicates).toEqual([]);
  west.redisGate.stall();

  const writing = { isActive: true };
  const writeLoop = (async () => {
    while (writing.isActive) await sendMessage(anna, 'during the outage');
  })();
  await reader
    .waitForSeq(reader.lastSeq + MESSAGES_DURING_OUTAGE, TAKEOVER_TIMEOUT_MS)
    .finally(() => (writing.isActive = false));
  await writeLoop;
  const last = await sendMessage(anna, 'before the kill');
  await west.kill();
  await reader.waitForSeq(last, TAKEOVER_TIMEOUT_MS);

  expect([reader.unannouncedGaps, reader.duplicates]).toEqual([[], []]);
  expect(reader.log.map(({ seq }) => seq)).toEqual(Array.from({ length: last }, (_, index) => index + 1));
  west.redisGate.resume();
  await west.restart();
  return { entries: last };
});
