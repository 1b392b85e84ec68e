/** The inbox of an offline user whom strangers add to more groups than it has places, with a message in each. */
import type { NotificationPage } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import {
  MAX_GROUPS_BY_STRANGERS,
  MAX_MESSAGE_REQUESTS,
} from '../../apps/server/src/conversations/quota/conversation-quota';
import { MAX_NOTIFICATIONS_PER_USER } from '../../apps/server/src/notifications/notification.service';
import { connect, playAsGuest, waitUntil } from '../support/clients/client';
import { callApi } from '../support/clients/http';
import { useGame } from '../support/servers/game';

/** Groups that the stranger creates at the same time. */
const AT_ONCE = 10;
/** Places of the inbox that strangers' conversations must leave to other notifications. */
const ORDINARY_USE = 50;

const game = useGame({ LIMITS: 'off' });

it('an unread whisper of a friend stays in the inbox', async () => {
  const [ben, friend, stranger] = [
    await playAsGuest(game.server.url),
    await playAsGuest(game.server.url),
    await playAsGuest(game.server.url),
  ];
  const client = await connect(game.server.url, friend.accessToken);
  expect((await client.send('chat:whisper', { toUserId: ben.id, text: 'are you there?' })).success).toBe(true);
  const post = (path: string, body: object) =>
    callApi(game.server.url, 'POST', `/api/${path}`, { token: stranger.accessToken, body });
  const createWithMessage = async (): Promise<void> => {
    const created = await post('conversations', { kind: 'group', participantIds: [ben.id] });
    const said = await post('messages', { conversationId: created.body['id'], content: 'buy gold' });
    expect([created.status, said.status]).toEqual([201, 201]);
  };
  for (let count = 0; count <= MAX_NOTIFICATIONS_PER_USER; count += AT_ONCE)
    await Promise.all(Array.from({ length: AT_ONCE }, createWithMessage));
  const { db } = game.server.app.get(Database);
  // Notifications are stored before a conversation leaves the queue of unpublished ones.
  await waitUntil(
    async () => (await db.execute('select from conversation_unpublished limit 1')).rows.length === 0,
    'all messages are published',
  );
  const kinds: string[] = [];
  for (let query: string | undefined = '?limit=100'; query !== undefined;) {
    const { body } = await callApi(game.server.url, 'GET', `/api/notifications${query}`, { token: ben.accessToken });
    const { notifications, next } = body as unknown as NotificationPage;
    kinds.push(...notifications.map(({ kind }) => kind));
    query = next === undefined ? undefined : `?limit=100&cursor=${next}`;
  }
  expect(kinds).toEqual([...Array<string>(MAX_GROUPS_BY_STRANGERS).fill('conversation'), 'whisper']);
}, 120_000);

it('conversations begun by strangers leave places of the inbox to others', () => {
  expect(MAX_GROUPS_BY_STRANGERS + MAX_MESSAGE_REQUESTS).toBeLessThanOrEqual(MAX_NOTIFICATIONS_PER_USER - ORDINARY_USE);
});
