/** Conversations that are opened and closed again, with a server whose answers are canned. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  connectSimulated,
  simulate,
  type SimulatedClient,
  simulatedClient,
} from '../../../../test/support/sdk/simulated-client';
import type { Fetch } from '../http/http-api';

const VIEW = { kind: 'group', title: 'Raid', head: 0, members: [] };

const MESSAGE = {
  ...{ id: 'm1', seq: 1, senderId: 'ben', sender: { id: 'ben', name: 'Ben' }, content: 'received' },
  ...{ createdAt: '2026-01-01T00:00:00.000Z', reactions: [] },
};

const fetchEmptyConversation: Fetch = async (url) => {
  if (!url.includes('/api/conversations/') && !url.includes('/api/messages')) throw new Error('not there');
  return { ok: true, status: 200, json: async () => (url.includes('/api/messages') ? { messages: [] } : VIEW) };
};

const collectGarbage = async (): Promise<void> => {
  setFlagsFromString('--expose-gc');
  // What a promise holds is free in the next turn.
  await new Promise((resolve) => void setImmediate(resolve));
  (runInNewContext('gc') as () => void)();
};

const connectReader = (): Promise<SimulatedClient> => connectSimulated(simulate(), { fetch: fetchEmptyConversation });

async function countAlive(references: readonly WeakRef<object>[]): Promise<number> {
  await collectGarbage();
  return references.filter((reference) => reference.deref() !== undefined).length;
}

it('conversations: 1,000 that are opened and closed leave nothing in memory', async () => {
  const { client } = await connectReader();
  const references: WeakRef<object>[] = [];
  for (let number = 0; number < 1_000; number++) {
    const conversation = await client.conversations.open(`c${number}`);
    conversation.subscribe(() => undefined);
    references.push(new WeakRef(conversation));
    conversation.close();
  }
  // The engine may keep the latest ones.
  expect(await countAlive(references)).toBeLessThan(10);
  client.close();
});

it('conversations: 1,000 clients that are created and closed leave nothing in memory', async () => {
  const simulation = simulate();
  const references: WeakRef<object>[] = [];
  for (let number = 0; number < 1_000; number++) {
    const { client } = simulatedClient(simulation);
    references.push(new WeakRef(client));
    client.close();
  }
  expect(await countAlive(references)).toBeLessThan(10);
});

it('conversations: one that was opened twice is updated until it is closed twice', async () => {
  const { client } = await connectReader();
  const conversation = await client.conversations.open('c');
  expect(await client.conversations.open('c')).toBe(conversation);
  conversation.close();
  await conversation.send('first');
  expect(conversation.current.get().messages).toMatchObject([{ content: 'first' }]);
  conversation.close();
  await conversation.send('second');
  expect(conversation.current.get().messages).toHaveLength(1);
  expect(await client.conversations.open('c')).not.toBe(conversation);
  client.close();
});

it('conversations: a message whose ack arrives after another user has logged in is not shown to that user', async () => {
  const simulation = simulate();
  const { clock, server } = simulation;
  server.isReachable = false;
  let user = 'ada';
  const acks: (() => void)[] = [];
  const answer = (body: object): ReturnType<Fetch> =>
    Promise.resolve({ ok: true, status: 200, json: async () => body });
  const fetch: Fetch = (url, options) => {
    if (url.endsWith('/api/me')) return answer({ id: user });
    if (options.method === 'GET') return fetchEmptyConversation(url, options);
    const sent = { messageId: 'm', seq: 1, createdAt: '2026-01-01T00:00:00.000Z' };
    return new Promise((resolve) => acks.push(() => resolve(answer(sent))));
  };
  const { client } = simulatedClient(simulation, { fetch, getToken: () => user, getUserId: () => user });
  client.connect().catch(() => undefined);
  await clock.passUntil(() => client.state.get().isOverHttp, 60_000);
  const conversation = await client.conversations.open('c');
  await conversation.send('of ada');
  await clock.passUntil(() => acks.length === 1, 10_000);
  user = 'bob';
  await clock.passUntil(() => client.userId === 'bob', 60_000);
  acks[0]?.();
  await clock.pass(100);
  expect(conversation.current.get().messages).toEqual([]);
  client.close();
});

it('conversations: a stored message is shown as sent, also before its event has arrived', async () => {
  const simulation = simulate();
  const { client } = await connectSimulated(simulation, { fetch: fetchEmptyConversation });
  const conversation = await client.conversations.open('c');
  const shown: (string | undefined)[] = [];
  conversation.subscribe(({ messages }) => void shown.push(messages[0]?.status));
  await conversation.send('hello');
  await simulation.clock.pass(1_000);
  await client.flushed();
  expect(simulation.server.messages).toHaveLength(1);
  expect([...new Set(shown)]).toEqual([undefined, 'queued', 'sending', 'sent']);
  expect(conversation.current.get().messages).toMatchObject([{ content: 'hello', isOwn: true, status: 'sent' }]);
  client.close();
});

it('conversations: one that is opened by its id in upper case is that in lower case: it gets events and shows what is sent', async () => {
  const simulation = simulate();
  const { client, link } = await connectSimulated(simulation, { fetch: fetchEmptyConversation });
  const conversation = await client.conversations.open('ABC');
  expect(await client.conversations.open('abc')).toBe(conversation);
  link().push('message:new', { ...MESSAGE, conversationId: 'abc' });
  await client.conversations.send('ABC', 'sent');
  await client.outbox.add({ tempId: 'added', conversationId: 'Abc', content: 'added' });
  expect(conversation.current.get().messages.map(({ content }) => content)).toEqual(['received', 'sent', 'added']);
  await simulation.clock.pass(1_000);
  expect(simulation.server.messages.map(({ conversationId }) => conversationId)).toEqual(['abc', 'abc']);
  client.close();
});
