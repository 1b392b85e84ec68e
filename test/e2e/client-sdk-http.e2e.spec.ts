/** The client SDK where no connection is possible, but HTTP is: behind proxies that know neither WebSockets nor long polling. */
import { Client } from '../../libs/client/src/client';
import { openEngineLinks } from '../../libs/client/src/connection/open-links';
import type { OpenLink } from '../../libs/client/src/connection/link';
import type { OpenConversation } from '../../libs/client/src/conversations/open-conversation';
import { type Guest, playAsGuest, waitUntil } from '../support/clients/client';
import { usePrivateServer } from '../support/servers/private-server';
import { closeSdkClients, connectGuest, type SdkUser } from '../support/sdk/real-client';

const TIMEOUT_MS = 40_000;
const server = usePrivateServer({ LIMITS: 'off' });
let anna: Guest;
let ben: SdkUser;
let id: string;
let ofBen: OpenConversation;
let client: Client;
let isBlocked: boolean;
/** The user whose token the application has. */
let user: Guest;

beforeEach(async () => {
  [anna, ben] = [await playAsGuest(server.url), await connectGuest(server.url)];
  ({ id } = await ben.client.request('conversation:create', { kind: 'group', participantIds: [anna.id] }));
  ofBen = await ben.client.conversations.open(id);
  isBlocked = true;
  user = anna;
  const url = server.url.replace(/\/$/, '');
  const openReal = openEngineLinks({ url });
  const openLink: OpenLink = (auth, handlers) => (isBlocked ? blockedLink(handlers) : openReal(auth, handlers));
  client = new Client({ url, getToken: () => user.accessToken, openLink });
  client.connect().catch(() => undefined);
});
afterEach(() => {
  client.close();
  closeSdkClients();
});

function blockedLink(handlers: Parameters<OpenLink>[1]): ReturnType<OpenLink> {
  setTimeout(() => handlers.onClosed('blocked'), 1);
  return { emit: () => undefined, close: () => undefined, leave: () => undefined };
}

const shown = (conversation: OpenConversation): string[] =>
  conversation.current.get().messages.map(({ content }) => content);
const untilOverHttp = (isOverHttp = true): Promise<void> =>
  waitUntil(() => client.state.get().isOverHttp === isOverHttp, `over HTTP: ${isOverHttp}`, TIMEOUT_MS);

it('http: messages are sent and received without a connection', async () => {
  await untilOverHttp();
  expect(client.userId).toBe(anna.id);
  const ofAnna = await client.conversations.open(id);
  await ofAnna.send('over HTTP');
  await client.flushed();
  expect(ofAnna.current.get().messages).toMatchObject([{ content: 'over HTTP', status: 'sent' }]);
  await waitUntil(() => shown(ofBen).length === 1, 'the message');
  await ofBen.send('the answer');
  await waitUntil(() => shown(ofAnna).length === 2, 'the answer', TIMEOUT_MS);
  expect(client.state.get().phase).not.toBe('live');
}, 120_000);

it('http: a client that can connect after all continues with its connection, and shows everything once', async () => {
  await untilOverHttp();
  const ofAnna = await client.conversations.open(id);
  await ofAnna.send('first');
  await client.flushed();
  isBlocked = false;
  await waitUntil(() => client.state.get().phase === 'live', 'the connection', TIMEOUT_MS);
  await untilOverHttp(false);
  await ofAnna.send('second');
  await ofBen.send('third');
  await waitUntil(() => shown(ofAnna).length === 3 && shown(ofBen).length === 3, 'all messages');
  expect([...shown(ofAnna)].sort()).toEqual(['first', 'second', 'third']);
  expect(shown(ofBen)).toEqual(shown(ofAnna));
}, 120_000);

it('http: what a user has left is not sent under another user', async () => {
  await untilOverHttp();
  const ofAnna = await client.conversations.open(id);
  // Ben's token from now on, before the client has noticed.
  user = ben;
  await ofAnna.send('of anna');
  await waitUntil(() => client.userId === ben.id, 'the other user', TIMEOUT_MS);
  await ofBen.send('of ben');
  await ben.client.flushed();
  expect(shown(ofBen)).toEqual(['of ben']);
  user = anna;
  await waitUntil(() => shown(ofBen).length === 2, 'the message that waited', TIMEOUT_MS);
  expect(ofBen.current.get().messages[1]).toMatchObject({ content: 'of anna', senderId: anna.id });
}, 120_000);
