/** The client SDK on two real nodes: messages survive cuts at every step, and the store of a conversation is the server's log. */
import type { OpenConversation } from '../../libs/client/src/conversations/open-conversation';
import { RequestError } from '../../libs/client/src/base/request-error';
import type { RunningServer } from '../../apps/server/src/server';
import { callApi } from '../support/clients/http';
import { waitUntil } from '../support/clients/client';
import { propertyRuns } from '../support/properties';
import { Gate } from '../support/faults/gate';
import { closeSdkClients, connectGuest, openClient, type SdkUser } from '../support/sdk/real-client';
import { useNodeCluster } from '../support/servers/node-cluster';

/** Most of them are cut. `TEST_EFFORT=5` sends 200. */
const MESSAGES = propertyRuns(40);

const cluster = useNodeCluster({ LIMITS: 'off' });
let west: RunningServer;
let gate: Gate;
let anna: SdkUser;
let ben: SdkUser;

beforeAll(async () => {
  gate = await Gate.openInFrontOf((await cluster.startNode()).url);
  west = await cluster.startNode();
  [anna, ben] = [await connectGuest(gate.url), await connectGuest(west.url)];
}, 60_000);
afterAll(async () => {
  closeSdkClients();
  await gate.close();
});

const shown = (conversation: OpenConversation): string[] =>
  conversation.current.get().messages.map(({ content }) => content);

async function newConversation(): Promise<{ id: string; ofAnna: OpenConversation; ofBen: OpenConversation }> {
  const { id } = await anna.client.request('conversation:create', {
    kind: 'group',
    participantIds: [ben.id],
    title: 'Raid',
  });
  return { id, ofAnna: await anna.client.conversations.open(id), ofBen: await ben.client.conversations.open(id) };
}

interface Page {
  readonly messages: readonly { readonly content: string }[];
  readonly next?: number;
}

async function storedContents(id: string): Promise<string[]> {
  const contents: string[] = [];
  for (let after: number | undefined = 0; after !== undefined;) {
    const query: string = new URLSearchParams({ conversationId: id, limit: '100', after: String(after) }).toString();
    const { body } = await callApi(west.url, 'GET', `/api/messages?${query}`, { token: ben.accessToken });
    const { messages, next } = body as unknown as Page;
    contents.push(...messages.map(({ content }) => content));
    after = next;
  }
  return contents;
}

it('conversation: messages with the connection cut at every step are stored once and shown once, in order, on both sides', async () => {
  const { id, ofAnna, ofBen } = await newConversation();
  // Cuts before the frame is sent, after it, after the ack, and after the echo, as it falls.
  const cuts = [
    () => gate.resetConnections(),
    () => void setImmediate(() => gate.resetConnections()),
    () => void setTimeout(() => gate.resetConnections(), 3),
    () => void setTimeout(() => gate.resetConnections({ halfOpen: true }), 8),
    () => undefined,
  ];
  const expected: string[] = [];
  for (let number = 0; number < MESSAGES; number += 1) {
    expected.push(`message ${number}`);
    await ofAnna.send(`message ${number}`);
    cuts[number % cuts.length]?.();
    if (number % 5 === 4) await anna.client.flushed();
  }
  await anna.client.flushed();
  await waitUntil(() => shown(ofBen).length === MESSAGES, 'all messages shown to ben', 60_000);
  await waitUntil(() => ofAnna.current.get().messages.every(({ id: stored }) => stored !== undefined), 'all echoes');
  expect(await storedContents(id)).toEqual(expected);
  expect(shown(ofBen)).toEqual(expected);
  expect(shown(ofAnna)).toEqual(expected);
}, 400_000);

it('conversation: a message is shown as queued, then sent, delivered and read', async () => {
  const { ofAnna, ofBen } = await newConversation();
  const statuses = new Set<string | undefined>();
  ofAnna.subscribe(({ messages }) => void statuses.add(messages.at(-1)?.status));
  await ofAnna.send('Hello');
  await waitUntil(() => ofAnna.current.get().messages[0]?.status === 'delivered', 'the report of its arrival');
  await ofBen.markRead();
  await waitUntil(() => ofAnna.current.get().messages[0]?.status === 'read', 'the receipt');
  expect([...statuses]).toEqual(expect.arrayContaining(['queued', 'sent', 'delivered', 'read']));
});

it('conversation: edits, deletions, reactions, titles and members follow the log, also those that were missed', async () => {
  const { id, ofAnna, ofBen } = await newConversation();
  await ofBen.send('first');
  await ben.client.flushed();
  await waitUntil(() => shown(ofAnna).length === 1, 'the message');
  const messageId = ofAnna.current.get().messages[0]?.id ?? '';
  // Longer than a reconnect: the session is recovered, and what happened is replayed or read.
  await gate.close();
  await ben.client.request('message:update', { conversationId: id, messageId, content: 'edited' });
  await ben.client.request('reaction:add', { conversationId: id, messageId, emoji: '👍' });
  await ofBen.send('second');
  await ben.client.flushed();
  await gate.open();
  await waitUntil(() => shown(ofAnna).length === 2, 'the missed message', 30_000);
  await anna.client.request('conversation:rename', { conversationId: id, title: 'Siege' });
  await waitUntil(() => ofBen.current.get().title === 'Siege', 'the title');
  expect(ofAnna.current.get().messages).toMatchObject([
    { content: 'edited', isEdited: true, reactions: [{ emoji: '👍', userId: ben.id }], isOwn: false },
    { content: 'second' },
  ]);
});

it('conversation: typing is shown to the others', async () => {
  const { ofAnna, ofBen } = await newConversation();
  ofBen.announceTyping();
  await waitUntil(() => ofAnna.current.get().typing.length === 1, 'the indicator');
  expect(ofAnna.current.get().typing).toEqual([{ id: ben.id, name: ben.name }]);
});

it('conversation: one that the user may not read cannot be opened', async () => {
  const stranger = await connectGuest(west.url);
  const { id } = await newConversation();
  await expect(stranger.client.conversations.open(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

it('client: a handle stays valid when the session could not be recovered, and shows what was missed', async () => {
  const { ofAnna, ofBen } = await newConversation();
  await waitUntil(() => ofAnna.current.get().isLoaded, 'the conversation');
  // The session is ended on the server: the next connection is a new one.
  anna.client.disconnect();
  await ofBen.send('while away');
  await ben.client.flushed();
  await anna.client.connect();
  await waitUntil(() => shown(ofAnna).includes('while away'), 'the missed message');
  expect(anna.client.state.get()).toMatchObject({ phase: 'live', recovered: false });
});

it('client: goes on, recovered, on another node when its node is killed', async () => {
  const victim = await cluster.startProcess();
  const own = await Gate.openInFrontOf(victim.url);
  const carl = await openClient(own.url, await anna.client.request('system:ping', {}).then(() => anna));
  const { ofBen } = await newConversation();
  const ofCarl = await carl.client.conversations.open(ofBen.id);
  victim.kill('SIGKILL');
  await victim.exited;
  own.redirectTo(west.url);
  await ofBen.send('after the kill');
  await waitUntil(() => shown(ofCarl).includes('after the kill'), 'the message', 30_000);
  expect(carl.client.state.get()).toMatchObject({ phase: 'live', recovered: true });
  await own.close();
}, 60_000);

it('client: reports messages that arrived while it was away, and those of conversations that it has not opened', async () => {
  const { ofBen } = await newConversation();
  const untilLatest = (content: string, status: string): Promise<void> =>
    waitUntil(() => {
      const latest = ofBen.current.get().messages.at(-1);
      return latest?.content === content && latest.status === status;
    }, `${content} is ${status}`);
  anna.client.disconnect();
  await ofBen.send('while you were away');
  await untilLatest('while you were away', 'sent');
  await anna.client.connect();
  await untilLatest('while you were away', 'delivered');
  anna.client.disconnect();
  const { client } = await openClient(gate.url, anna);
  await ofBen.send('to a client that has opened nothing');
  await untilLatest('to a client that has opened nothing', 'delivered');
  client.close();
  await anna.client.connect();
});

it('client: works over long polling alone', async () => {
  const cid = await connectGuest(gate.url, { transports: ['polling'] });
  const { id } = await cid.client.request('conversation:create', { kind: 'group', participantIds: [anna.id] });
  const [ofCid, ofAnna] = [await cid.client.conversations.open(id), await anna.client.conversations.open(id)];
  await ofAnna.send('to the slow one');
  await waitUntil(() => shown(ofCid).length === 1, 'the message');
  await ofCid.send('and back');
  await waitUntil(() => shown(ofAnna).length === 2, 'the answer');
  expect(shown(ofAnna)).toEqual(['to the slow one', 'and back']);
});

it('client: a refused command rejects with the error of the server', async () => {
  const refused = anna.client.request('zone:population', { zone: '' });
  await expect(refused).rejects.toBeInstanceOf(RequestError);
  await expect(refused).rejects.toMatchObject({ code: 'VALIDATION', retryable: false, details: [{ field: 'zone' }] });
});

it('client: knows the time of the server and its latency', async () => {
  await waitUntil(() => anna.client.state.get().phase === 'live', 'a connection');
  await waitUntil(() => Math.abs(anna.client.serverNow() - Date.now()) < 1_000, 'a measured offset');
  expect(anna.client.userId).toBe(anna.id);
});
