/** Notifications on one node: sent, listed, read and expired; who may; what raises them in chat; and the end of an account. */
import { randomUUID } from 'node:crypto';
import type { NotificationPage, NotificationView } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { Clock, FanOutBudget } from '@aeturnis/realtime';
import { type Notice, NotificationService } from '../../apps/server/src/notifications';
import { closeClients, connect, createCharacter, playAsGuest, type TestClient, until } from '../support/client';
import { type Game, startGame } from '../support/game';
import { call } from '../support/http';

interface Guest {
  id: string;
  name: string;
  accessToken: string;
  client: TestClient;
}

let game: Game;
let anna: Guest;
let ben: Guest;

beforeAll(async () => {
  game = await startGame({ LIMITS: 'off' });
});
beforeEach(async () => {
  [anna, ben] = [await join(), await join()];
});
afterEach(closeClients);
afterAll(() => game.close());

const connectAs = (player: Pick<Guest, 'accessToken'>) => connect(game.server.url, player.accessToken);
async function join(): Promise<Guest> {
  const guest = await playAsGuest(game.server.url);
  return { ...guest, client: await connectAs(guest) };
}

const notify = (to: string | string[], notice: Partial<Notice> = {}): Promise<void> =>
  game.server.app.get(NotificationService).send(to, { kind: 'quest', title: 'A quest', ...notice });
const http = (by: Pick<Guest, 'accessToken'>, method: string, path = '') =>
  call(game.server.url, method, `/api/notifications${path}`, { token: by.accessToken });
const listed = async (by: Pick<Guest, 'accessToken'>, query = ''): Promise<NotificationPage> =>
  (await http(by, 'GET', query)).body as unknown as NotificationPage;
const titles = async (by: Pick<Guest, 'accessToken'>): Promise<string[]> =>
  (await listed(by)).notifications.map(({ title, count }) => `${title} ${count}`);
const subscribe = (client: TestClient) => client.send('subscribe:notifications');

async function leave({ client, id }: Guest): Promise<void> {
  client.close();
  const look = async () =>
    (await anna.client.send('presence:get', { userIds: [id] }))['users'] as { online: boolean }[];
  await until(async () => (await look())[0]?.online === false, 'the user is offline');
}

describe('a notification', () => {
  it('is told to connections that follow, and to no others, and is in every list', async () => {
    const idle = await connectAs(anna);
    expect(await subscribe(anna.client)).toEqual({ success: true, unread: 0, notifications: [] });
    await notify([anna.id, anna.id], { body: 'Go east', data: { questId: 7 } });
    const told = await anna.client.event('notification:new');
    expect(told).toEqual({
      ...{ id: expect.any(String), kind: 'quest', title: 'A quest', body: 'Go east', data: { questId: 7 }, count: 1 },
      ...{ createdAt: expect.any(String), expiresAt: expect.any(String) },
    });
    expect(await listed(anna)).toEqual({ notifications: [told], unread: 1 });
    expect(await subscribe(idle)).toEqual({ success: true, unread: 1, notifications: [told] });
    expect(idle.all('notification:new')).toEqual([]);
    expect(anna.client.all('notification:new')).toHaveLength(1);
    expect(await listed(ben)).toEqual({ notifications: [], unread: 0 });
  });

  it('is told no more once the feed is closed', async () => {
    await subscribe(anna.client);
    await anna.client.send('unsubscribe:notifications');
    await notify(anna.id);
    await anna.client.settled();
    expect(anna.client.all('notification:new')).toEqual([]);
  });

  it('collapses with those of its key, told under the same id, and begins anew once it was read', async () => {
    await subscribe(anna.client);
    for (const title of ['one', 'two']) await notify(anna.id, { key: 'k', title });
    await anna.client.event('notification:new', ({ title }) => title === 'two');
    const [one, two] = anna.client.all('notification:new');
    expect([two?.id, two?.count]).toEqual([one?.id, 2]);
    expect(await titles(anna)).toEqual(['two 2']);
    await anna.client.send('notification:read', { notificationId: two?.id });
    await notify(anna.id, { key: 'k', title: 'three' });
    const three = await anna.client.event('notification:new', ({ title }) => title === 'three');
    expect([three.id === one?.id, three.count]).toEqual([false, 1]);
  });

  it('comes in pages, the newest first, over the socket and over HTTP alike', async () => {
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

  it('makes room for others: a user keeps two hundred, and those that were read go first', async () => {
    await notify(anna.id, { title: 'unread' });
    for (let n = 1; n <= 150; n++) await notify(anna.id, { title: 'read' });
    const [, ...rest] = (await listed(anna, '?limit=100')).notifications;
    for (const { id } of rest) await anna.client.send('notification:read', { notificationId: id });
    for (let n = 1; n <= 100; n++) await notify(anna.id, { title: 'later' });
    const kept: NotificationView[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined;) {
      const page = await listed(anna, `?limit=100${cursor === '' ? '' : `&cursor=${cursor}`}`);
      kept.push(...page.notifications);
      cursor = page.next;
    }
    expect(kept).toHaveLength(200);
    expect(kept.filter(({ title }) => title === 'later')).toHaveLength(100);
    expect(kept.filter(({ readAt }) => readAt !== undefined)).toHaveLength(48);
    expect(kept.at(-1)?.title).toBe('unread');
  });

  it('is kept or lost with the transaction that it is sent in', async () => {
    const database = game.server.app.get(Database);
    await subscribe(anna.client);
    const failing = database.transaction(async () => {
      await notify(anna.id);
      throw new Error('taken back');
    });
    await expect(failing).rejects.toThrow('taken back');
    await database.transaction(async () => {
      await notify(anna.id, { title: 'kept' });
      await anna.client.settled();
      expect(anna.client.all('notification:new')).toEqual([]);
    });
    await anna.client.event('notification:new');
    expect(await titles(anna)).toEqual(['kept 1']);
  });

  it('is in system:sync while it is unread, and expires', async () => {
    const clock = game.server.app.get(Clock);
    await notify(anna.id, { title: 'short', expiresInMs: 60_000 });
    await notify(anna.id, { title: 'read' });
    await notify(anna.id, { title: 'long' });
    const [, read] = (await listed(anna)).notifications;
    await http(anna, 'POST', `/${read?.id}/read`);
    const synced = async (): Promise<string[]> => {
      const { notifications } = await (await connectAs(anna)).event('system:sync');
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
  it('answers the caller by ack and event, and tells all feeds of the user', async () => {
    const phone = await connectAs(anna);
    await Promise.all([anna.client, phone].map(subscribe));
    await notify(anna.id);
    const { id } = await phone.event('notification:new');
    const answer = await anna.client.send('notification:read', { notificationId: id.toUpperCase() });
    expect(answer).toEqual({ success: true, id, unread: 0 });
    expect(await anna.client.event('notification:read:success')).toEqual({ id });
    expect(await phone.event('notification:seen')).toEqual({ ids: [id], unread: 0 });
    expect(phone.all('notification:read:success')).toEqual([]);
    expect((await listed(anna)).notifications[0]?.readAt).toEqual(expect.any(String));
    // Once more: nothing changes, and nobody is told again.
    expect(await anna.client.send('notification:read', { notificationId: id })).toEqual(answer);
    await phone.settled();
    expect(phone.all('notification:seen')).toHaveLength(1);
  });

  it('everything at once, or one over HTTP, tells the feeds as well', async () => {
    await subscribe(anna.client);
    for (const title of ['1', '2', '3']) await notify(anna.id, { title });
    const ids = (await listed(anna)).notifications.map(({ id }) => id);
    expect(await http(anna, 'POST', `/${ids[0]}/read`)).toMatchObject({ status: 200, body: { id: ids[0], unread: 2 } });
    expect(await anna.client.event('notification:seen')).toEqual({ ids: [ids[0]], unread: 2 });
    expect(await http(anna, 'POST', '/read-all')).toMatchObject({ status: 200, body: { read: 2, unread: 0 } });
    const all = await anna.client.event('notification:seen', ({ unread }) => unread === 0);
    expect(new Set(all.ids)).toEqual(new Set(ids.slice(1)));
    expect(await anna.client.send('notification:read_all')).toEqual({ success: true, read: 0, unread: 0 });
  });

  it('what is somebody else’s, or nobody’s, answers the same: there is none', async () => {
    await notify(anna.id);
    const [own] = (await listed(anna)).notifications;
    const refusals = [];
    for (const notificationId of [own?.id, randomUUID()]) {
      const { error } = await ben.client.send('notification:read', { notificationId });
      const event = await ben.client.event('notification:read:error', ({ id }) => id === notificationId);
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

  it('notifies accounts and characters by their names, in any case, and not oneself', async () => {
    const cleo = await game.play();
    await Promise.all([ben.client, cleo.client, anna.client].map(subscribe));
    const text = `@${ben.name.toUpperCase()}, ask @${cleo.character.name}, or @${anna.name}, or @nobody_at_all.`;
    const { id } = await say(anna, text);
    const [told] = await Promise.all([ben, cleo].map(({ client }) => client.event('notification:new')));
    const from = { userId: anna.id, name: anna.name };
    const expected = { kind: 'mention', title: `${anna.name} mentioned you`, body: text, count: 1 };
    expect(told).toMatchObject({ ...expected, data: { channel: 'global', messageId: id, from } });
    await anna.client.settled();
    expect(anna.client.all('notification:new')).toEqual([]);
    await say(anna, `@${ben.name}!`);
    expect(await titles(ben)).toEqual([`${anna.name} mentioned you 2`]);
  });

  it('reaches three per message', async () => {
    const others = [ben, await join(), await join(), await join()];
    await say(anna, others.map(({ name }) => `@${name}`).join(' '));
    const counts = await Promise.all(others.map(async (other) => (await listed(other)).unread));
    expect(counts).toEqual([1, 1, 1, 0]);
  });

  it('in a zone reaches those who are there, and nobody else', async () => {
    const [here, there, away] = [await game.play(), await game.play(), await join()];
    const { name } = await createCharacter(game.server.url, away);
    await say(here, `@${there.character.name} @${name}`, 'zone');
    expect(await titles(there)).toEqual([`${here.character.name} mentioned you 1`]);
    expect(await titles(away)).toEqual([]);
  });
});

describe('a whisper', () => {
  const whisper = (text: string) => anna.client.send('chat:whisper', { toUserId: ben.id, text });

  it('notifies who is offline, once for all from the same user, until they are read', async () => {
    await whisper('while you are here');
    await ben.client.event('chat:whisper');
    await ben.client.settled();
    expect(await titles(ben)).toEqual([]);
    await leave(ben);
    for (const text of ['first', 'x'.repeat(200)]) await whisper(text);
    const [told] = (await listed(ben)).notifications;
    const body = `${'x'.repeat(140)}…`;
    expect(told).toMatchObject({ kind: 'whisper', title: `${anna.name} whispered to you`, body, count: 2 });
    const back = await connectAs(ben);
    expect(((await back.event('system:sync'))['notifications'] as NotificationView[]).map(({ id }) => id)).toEqual([
      told?.id,
    ]);
    await subscribe(back);
    await back.send('chat:history', { withUserId: anna.id });
    expect(await back.event('notification:seen')).toEqual({ ids: [told?.id], unread: 0 });
  });

  it('goes from the other side when the account of its author goes, and is part of an export', async () => {
    await leave(ben);
    await whisper('soon gone');
    await notify(ben.id, { title: 'stays' });
    const exported = await call(game.server.url, 'GET', '/api/me/export', { token: ben.accessToken });
    expect(exported.body['notifications']).toMatchObject([{ body: 'soon gone' }, { title: 'stays' }]);
    const { accessToken: token } = anna;
    expect((await call(game.server.url, 'DELETE', '/api/me', { token, body: {} })).status).toBe(204);
    expect(await titles(ben)).toEqual(['stays 1']);
  });
});

it('a message in a group costs its sender a part of the fan-out budget for each who is away and notified of it', async () => {
  const away = await Promise.all(Array.from({ length: 3 }, () => playAsGuest(game.server.url)));
  const participantIds = away.map(({ id }) => id);
  const { id: conversationId } = await anna.client.send('conversation:create', { kind: 'group', participantIds });
  const charge = jest.spyOn(game.server.app.get(FanOutBudget, { strict: false }), 'charge');
  const notified = () => charge.mock.calls.filter(([userId, bytes]) => userId === anna.id && bytes === 400).length;
  await anna.client.send('message:send', { conversationId, content: 'is anybody here?' });
  await until(async () => (await listed(away[0] as Guest)).unread === 1, 'the first is notified');
  await until(() => notified() === away.length, 'the sender has paid');
  charge.mockRestore();
});
