/** Notifications on one node: sending, listing, reading, expiry, authorisation, chat, and the deletion of an account. */
import { randomUUID } from 'node:crypto';
import type { NotificationPage, NotificationView } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { Clock } from '@aeturnis/realtime';
import { type Notice, NotificationService } from '../../apps/server/src/notifications';
import { connect, createCharacter, playAsGuest, type TestClient, waitUntil } from '../support/clients/client';
import { useGame } from '../support/servers/game';
import { callApi } from '../support/clients/http';

interface Guest {
  id: string;
  name: string;
  accessToken: string;
  client: TestClient;
}

const game = useGame({ LIMITS: 'off' });
let anna: Guest;
let ben: Guest;

beforeEach(async () => {
  [anna, ben] = [await join(), await join()];
});

const connectAs = (player: Pick<Guest, 'accessToken'>) => connect(game.server.url, player.accessToken);
async function join(): Promise<Guest> {
  const guest = await playAsGuest(game.server.url);
  return { ...guest, client: await connectAs(guest) };
}

const notify = (to: string | string[], notice: Partial<Notice> = {}): Promise<void> =>
  game.server.app.get(NotificationService).send(to, { kind: 'quest', title: 'A quest', ...notice });
const http = (by: Pick<Guest, 'accessToken'>, method: string, path = '') =>
  callApi(game.server.url, method, `/api/notifications${path}`, { token: by.accessToken });
const listed = async (by: Pick<Guest, 'accessToken'>, query = ''): Promise<NotificationPage> =>
  (await http(by, 'GET', query)).body as unknown as NotificationPage;
const titles = async (by: Pick<Guest, 'accessToken'>): Promise<string[]> =>
  (await listed(by)).notifications.map(({ title, count }) => `${title} ${count}`);
const subscribe = (client: TestClient) => client.send('subscribe:notifications');

async function goOffline({ client, id }: Guest): Promise<void> {
  client.close();
  const presence = async () =>
    (await anna.client.send('presence:get', { userIds: [id] }))['users'] as { online: boolean }[];
  await waitUntil(async () => (await presence())[0]?.online === false, 'the user is offline');
}

describe('a notification', () => {
  it('is sent to subscribed connections only, and is in every list', async () => {
    const idle = await connectAs(anna);
    expect(await subscribe(anna.client)).toEqual({ success: true, unread: 0, notifications: [] });
    await notify([anna.id, anna.id], { body: 'Go east', data: { questId: 7 } });
    const notification = await anna.client.waitForEvent('notification:new');
    expect(notification).toEqual({
      ...{ id: expect.any(String), kind: 'quest', title: 'A quest', body: 'Go east', data: { questId: 7 }, count: 1 },
      ...{ createdAt: expect.any(String), expiresAt: expect.any(String) },
    });
    expect(await listed(anna)).toEqual({ notifications: [notification], unread: 1 });
    expect(await subscribe(idle)).toEqual({ success: true, unread: 1, notifications: [notification] });
    expect(idle.eventsNamed('notification:new')).toEqual([]);
    expect(anna.client.eventsNamed('notification:new')).toHaveLength(1);
    expect(await listed(ben)).toEqual({ notifications: [], unread: 0 });
  });

  it('is not sent after an unsubscribe', async () => {
    await subscribe(anna.client);
    await anna.client.send('unsubscribe:notifications');
    await notify(anna.id);
    await anna.client.roundTrip();
    expect(anna.client.eventsNamed('notification:new')).toEqual([]);
  });

  it('collapses with others of its key under one id, and starts a new one after it was read', async () => {
    await subscribe(anna.client);
    for (const title of ['one', 'two']) await notify(anna.id, { key: 'k', title });
    await anna.client.waitForEvent('notification:new', ({ title }) => title === 'two');
    const [one, two] = anna.client.eventsNamed('notification:new');
    expect([two?.id, two?.count]).toEqual([one?.id, 2]);
    expect(await titles(anna)).toEqual(['two 2']);
    await anna.client.send('notification:read', { notificationId: two?.id });
    await notify(anna.id, { key: 'k', title: 'three' });
    const three = await anna.client.waitForEvent('notification:new', ({ title }) => title === 'three');
    expect([three.id === one?.id, three.count]).toEqual([false, 1]);
  });

  it('is listed in pages, newest first, with the same result over sockets and HTTP', async () => {
    for (let n = 1; n <= 5; n++) await notify(anna.id, { title: `${n}` });
    const seen: string[] = [];
    let pages = 0;
    for (let cursor: string | undefined = ''; cursor !== undefined; pages++) {
      const query = cursor === '' ? {} : { cursor };
      const { success, ...page } = await anna.client.send('notification:list', { ...query, limit: 2 });
      expect(success).toBe(true);
      expect(await listed(anna, `?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`)).toEqual(page);
      expect(page['unread']).toBe(5);
      seen.push(...(page['notifications'] as NotificationView[]).map(({ title }) => title));
      cursor = page['next'] as string | undefined;
    }
    expect([seen, pages]).toEqual([['5', '4', '3', '2', '1'], 3]);
    expect((await http(anna, 'GET', '?cursor=x')).status).toBe(400);
  });

  it('is deleted beyond two hundred per user, read ones first', async () => {
    await notify(anna.id, { title: 'unread' });
    for (let n = 1; n <= 150; n++) await notify(anna.id, { title: 'read' });
    const [, ...rest] = (await listed(anna, '?limit=100')).notifications;
    for (const { id } of rest) await anna.client.send('notification:read', { notificationId: id });
    for (let n = 1; n <= 100; n++) await notify(anna.id, { title: 'later' });
    const remaining: NotificationView[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined;) {
      const page = await listed(anna, `?limit=100${cursor === '' ? '' : `&cursor=${cursor}`}`);
      remaining.push(...page.notifications);
      cursor = page.next;
    }
    expect(remaining).toHaveLength(200);
    expect(remaining.filter(({ title }) => title === 'later')).toHaveLength(100);
    expect(remaining.filter(({ readAt }) => readAt !== undefined)).toHaveLength(48);
    expect(remaining.at(-1)?.title).toBe('unread');
  });

  it('is stored or discarded with the transaction that sends it', async () => {
    const database = game.server.app.get(Database);
    await subscribe(anna.client);
    const failing = database.transaction(async () => {
      await notify(anna.id);
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    await database.transaction(async () => {
      await notify(anna.id, { title: 'committed' });
      await anna.client.roundTrip();
      expect(anna.client.eventsNamed('notification:new')).toEqual([]);
    });
    await anna.client.waitForEvent('notification:new');
    expect(await titles(anna)).toEqual(['committed 1']);
  });

  it('is in system:sync while it is unread, until it expires', async () => {
    const clock = game.server.app.get(Clock);
    await notify(anna.id, { title: 'short', expiresInMs: 60_000 });
    await notify(anna.id, { title: 'read' });
    await notify(anna.id, { title: 'long' });
    const [, read] = (await listed(anna)).notifications;
    await http(anna, 'POST', `/${read?.id}/read`);
    const synced = async (): Promise<string[]> => {
      const { notifications } = await (await connectAs(anna)).waitForEvent('system:sync');
      return (notifications as NotificationView[]).map(({ title }) => title);
    };
    expect(await synced()).toEqual(['long', 'short']);
    const short = (await listed(anna)).notifications.find(({ title }) => title === 'short');
    const now = clock.now.bind(clock);
    clock.now = () => now() + 61_000;
    try {
      expect(await synced()).toEqual(['long']);
      expect((await http(anna, 'GET', '/unread-count')).body).toEqual({ unread: 1 });
      expect((await http(anna, 'POST', `/${short?.id}/read`)).body.error?.code).toBe('NOT_FOUND');
    } finally {
      clock.now = now;
    }
  });
});

describe('reading', () => {
  it('answers the caller by ack and event, and notifies all feeds of the user', async () => {
    const phone = await connectAs(anna);
    await Promise.all([anna.client, phone].map(subscribe));
    await notify(anna.id);
    const { id } = await phone.waitForEvent('notification:new');
    const answer = await anna.client.send('notification:read', { notificationId: id.toUpperCase() });
    expect(answer).toEqual({ success: true, id, unread: 0 });
    expect(await anna.client.waitForEvent('notification:read:success')).toEqual({ id });
    expect(await phone.waitForEvent('notification:seen')).toEqual({ ids: [id], unread: 0 });
    expect(phone.eventsNamed('notification:read:success')).toEqual([]);
    expect((await listed(anna)).notifications[0]?.readAt).toEqual(expect.any(String));
    // A repetition changes nothing and sends no event.
    expect(await anna.client.send('notification:read', { notificationId: id })).toEqual(answer);
    await phone.roundTrip();
    expect(phone.eventsNamed('notification:seen')).toHaveLength(1);
  });

  it('of all notifications, or of one over HTTP, notifies the feeds as well', async () => {
    await subscribe(anna.client);
    for (const title of ['1', '2', '3']) await notify(anna.id, { title });
    const ids = (await listed(anna)).notifications.map(({ id }) => id);
    expect(await http(anna, 'POST', `/${ids[0]}/read`)).toMatchObject({ status: 200, body: { id: ids[0], unread: 2 } });
    expect(await anna.client.waitForEvent('notification:seen')).toEqual({ ids: [ids[0]], unread: 2 });
    expect(await http(anna, 'POST', '/read-all')).toMatchObject({ status: 200, body: { read: 2, unread: 0 } });
    const all = await anna.client.waitForEvent('notification:seen', ({ unread }) => unread === 0);
    expect(new Set(all.ids)).toEqual(new Set(ids.slice(1)));
    expect(await anna.client.send('notification:read_all')).toEqual({ success: true, read: 0, unread: 0 });
  });

  it('of another user’s notification gets the same refusal as of an unknown one', async () => {
    await notify(anna.id);
    const [own] = (await listed(anna)).notifications;
    const refusals = [];
    for (const notificationId of [own?.id, randomUUID()]) {
      const { error } = await ben.client.send('notification:read', { notificationId });
      const event = await ben.client.waitForEvent('notification:read:error', ({ id }) => id === notificationId);
      expect(event.error).toEqual(error);
      const { status, body } = await http(ben, 'POST', `/${notificationId}/read`);
      refusals.push([error, status, { ...body.error, requestId: '' }]);
    }
    expect(refusals[0]).toEqual(refusals[1]);
    expect(refusals[0]?.[0]).toMatchObject({ code: 'NOT_FOUND' });
    await http(ben, 'POST', '/read-all');
    expect((await listed(anna)).unread).toBe(1);
  });
});

describe('a mention', () => {
  const say = (by: Guest, text: string, channel = 'global') => by.client.send('chat:message', { channel, text });

  it('notifies accounts and characters by their names, in any case, but not the author', async () => {
    const cleo = await game.play();
    await Promise.all([ben.client, cleo.client, anna.client].map(subscribe));
    const text = `@${ben.name.toUpperCase()}, ask @${cleo.character.name}, or @${anna.name}, or @nobody_at_all.`;
    const { id } = await say(anna, text);
    const [notification] = await Promise.all([ben, cleo].map(({ client }) => client.waitForEvent('notification:new')));
    const from = { userId: anna.id, name: anna.name };
    const expected = { kind: 'mention', title: `${anna.name} mentioned you`, body: text, count: 1 };
    expect(notification).toMatchObject({ ...expected, data: { channel: 'global', messageId: id, from } });
    await anna.client.roundTrip();
    expect(anna.client.eventsNamed('notification:new')).toEqual([]);
    await say(anna, `@${ben.name}!`);
    expect(await titles(ben)).toEqual([`${anna.name} mentioned you 2`]);
  });

  it('notifies three users per message at most', async () => {
    const others = [ben, await join(), await join(), await join()];
    await say(anna, others.map(({ name }) => `@${name}`).join(' '));
    const counts = await Promise.all(others.map(async (other) => (await listed(other)).unread));
    expect(counts).toEqual([1, 1, 1, 0]);
  });

  it('in a zone notifies users in that zone only', async () => {
    const [author, inZone, outside] = [await game.play(), await game.play(), await join()];
    const { name } = await createCharacter(game.server.url, outside);
    await say(author, `@${inZone.character.name} @${name}`, 'zone');
    expect(await titles(inZone)).toEqual([`${author.character.name} mentioned you 1`]);
    expect(await titles(outside)).toEqual([]);
  });
});

describe('a whisper', () => {
  const whisper = (text: string) => anna.client.send('chat:whisper', { toUserId: ben.id, text });

  it('notifies an offline user, once for all whispers of one author, until they are read', async () => {
    await whisper('while you are here');
    await ben.client.waitForEvent('chat:whisper');
    await ben.client.roundTrip();
    expect(await titles(ben)).toEqual([]);
    await goOffline(ben);
    for (const text of ['first', 'x'.repeat(200)]) await whisper(text);
    const [notification] = (await listed(ben)).notifications;
    const body = `${'x'.repeat(140)}…`;
    expect(notification).toMatchObject({ kind: 'whisper', title: `${anna.name} whispered to you`, body, count: 2 });
    const reconnected = await connectAs(ben);
    expect(
      ((await reconnected.waitForEvent('system:sync'))['notifications'] as NotificationView[]).map(({ id }) => id),
    ).toEqual([notification?.id]);
    await subscribe(reconnected);
    await reconnected.send('chat:history', { withUserId: anna.id });
    expect(await reconnected.waitForEvent('notification:seen')).toEqual({ ids: [notification?.id], unread: 0 });
  });

  it('is deleted with the account of its author, and is part of an export', async () => {
    await goOffline(ben);
    await whisper('forget me');
    await notify(ben.id, { title: 'remains' });
    const exported = await callApi(game.server.url, 'GET', '/api/me/export', { token: ben.accessToken });
    expect(exported.body['notifications']).toMatchObject([{ body: 'forget me' }, { title: 'remains' }]);
    const { accessToken: token } = anna;
    expect((await callApi(game.server.url, 'DELETE', '/api/me', { token, body: {} })).status).toBe(204);
    expect(await titles(ben)).toEqual(['remains 1']);
  });
});
