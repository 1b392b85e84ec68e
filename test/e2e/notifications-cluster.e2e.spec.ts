/** Notifications over two nodes: those who are away find them, all devices agree, nothing is lost with a node or counted twice. */
import type { ChatSent, NotificationView } from '@aeturnis/contracts';
import { Connections } from '@aeturnis/realtime';
import { NotificationService } from '../../apps/server/src/notifications';
import { closeClients, connect, type TestClient, until } from '../support/client';
import { command, ConversationCluster, groupOf, request, send, type Talker } from '../support/conversation-cluster';
import { DoomedNode } from '../support/doomed-node';
import { Gate } from '../support/gate';

jest.setTimeout(90_000);

let cluster: ConversationCluster;
let anna: Talker;
let ben: Talker;
let cleo: Talker;

beforeAll(async () => {
  cluster = await ConversationCluster.open();
}, 60_000);
beforeEach(async () => {
  [anna, ben, cleo] = (await cluster.talkers(3)) as [Talker, Talker, Talker];
});
afterEach(closeClients);
afterAll(() => cluster.close());

const notify = (node: 'west' | 'east', userId: string, title: string): Promise<void> =>
  cluster[node].app.get(NotificationService).send(userId, { kind: 'quest', title });
const titlesOf = (client: TestClient): string[] => client.all('notification:new').map(({ title }) => title);

async function listed(by: Talker): Promise<NotificationView[]> {
  return (await request(by, 'GET', '/api/notifications')).body['notifications'] as NotificationView[];
}

async function leave(...leaving: Talker[]): Promise<void> {
  const userIds = leaving.map(({ id }) => id);
  for (const { client } of leaving) client.close();
  const online = async () =>
    (await command<{ users: { online: boolean }[] }>(anna, 'presence:get', { userIds })).users.some(
      (user) => user.online,
    );
  await until(async () => !(await online()), 'they are offline');
}

/** Settles when the node knows that all that was written to the user has arrived. */
async function arrived(node: 'west' | 'east', { id }: Talker, madeAt: string): Promise<void> {
  const known = (): boolean => {
    const connections = [...cluster[node].app.get(Connections).ofUser(id)];
    const arrivals = connections.map(({ delivery: { confirmedUntil } }) => confirmedUntil ?? 0);
    return arrivals.length > 0 && arrivals.every((until) => until > Date.parse(madeAt));
  };
  await until(known, 'it has arrived');
}

/** The notification of a conversation, once it tells of so many messages. */
async function told(by: Talker, conversationId: string, count: number, timeoutMs = 30_000): Promise<NotificationView> {
  let found: NotificationView | undefined;
  const look = async (): Promise<boolean> => {
    found = (await listed(by)).find(({ data }) => data?.['conversationId'] === conversationId);
    return (found?.count ?? 0) >= count;
  };
  await until(look, `${count} messages are notified`, timeoutMs);
  if (!found) throw new Error('not notified');
  return found;
}

it('is told to all devices of a user, whichever node they are on, and read on one is read on all', async () => {
  const devices = await Promise.all([cluster.west, cluster.east].map(({ url }) => connect(url, anna.accessToken)));
  const [laptop, phone] = devices as [TestClient, TestClient];
  await Promise.all(devices.map((device) => device.send('subscribe:notifications')));
  await notify('east', anna.id, 'A quest');
  const { id } = await laptop.event('notification:new');
  expect((await phone.event('notification:new')).id).toBe(id);
  await laptop.send('notification:read', { notificationId: id });
  expect(await phone.event('notification:seen')).toEqual({ ids: [id], unread: 0 });
  expect((await listed(anna))[0]?.readAt).toBeDefined();
});

it('reaches a connection that was away for a moment, which still follows', async () => {
  const gate = await Gate.before(cluster.west.url);
  await gate.open();
  const options = { reconnection: true, reconnectionDelay: 50, reconnectionDelayMax: 100 };
  const phone = await connect(gate.url, anna.accessToken, options);
  await phone.send('subscribe:notifications');
  await notify('east', anna.id, 'before');
  await phone.event('notification:new');
  await gate.shut();
  await until(() => !phone.socket.connected, 'it has noticed');
  await notify('east', anna.id, 'missed');
  const [before] = (await listed(anna)).filter(({ title }) => title === 'before');
  await request(anna, 'POST', `/api/notifications/${before?.id}/read`);
  gate.lead(cluster.east.url);
  await gate.open();
  await until(() => titlesOf(phone).includes('missed'), 'what it missed');
  expect(phone.socket.recovered).toBe(true);
  expect(await phone.event('notification:seen')).toEqual({ ids: [before?.id], unread: 1 });
  await notify('west', anna.id, 'live');
  await phone.event('notification:new', ({ title }) => title === 'live');
  expect(titlesOf(phone)).toEqual(['before', 'missed', 'live']);
  phone.close();
  await gate.shut();
});

describe('a conversation', () => {
  it('gives those who are away one notification, with the number of new messages, and nothing to the others', async () => {
    const id = await groupOf(anna, ben, cleo);
    await command(anna, 'conversation:rename', { conversationId: id, title: 'Raid' });
    await leave(ben);
    for (const [by, n] of [
      [anna, 1],
      [cleo, 2],
      [anna, 3],
    ] as const)
      await send(by, id, `message ${n}`);
    const found = await told(ben, id, 3);
    const data = { conversationId: id, seq: 5, senderId: anna.id };
    expect(found).toMatchObject({ kind: 'conversation', title: 'Messages in Raid', count: 3, data });
    expect(JSON.stringify(found)).not.toContain('message 3');
    expect([await listed(anna), await listed(cleo)]).toEqual([[], []]);
    const back = await connect(cluster.east.url, ben.accessToken);
    const [sync] = back.all('system:sync');
    expect(sync?.['notifications']).toEqual([found]);
  });

  it('is renewed under its id, and read when the conversation is', async () => {
    const { id } = await command<{ id: string }>(anna, 'conversation:create', {
      kind: 'direct',
      participantIds: [ben.id],
    });
    await leave(ben);
    await send(anna, id, 'one');
    const first = await told(ben, id, 1);
    expect(first.title).toBe(`Messages from ${anna.name}`);
    const { messageId } = await send(anna, id, 'two');
    expect((await told(ben, id, 2)).id).toBe(first.id);
    const back: Talker = { ...ben, client: await connect(cluster.east.url, ben.accessToken) };
    await back.client.send('subscribe:notifications');
    await command(back, 'message:read', { conversationId: id, messageIds: [messageId] });
    expect(await back.client.event('notification:seen')).toEqual({ ids: [first.id], unread: 0 });
  });

  it('notifies nobody who muted it or has gone', async () => {
    const id = await groupOf(anna, ben, cleo);
    const other = await groupOf(anna, ben, cleo);
    await command(cleo, 'conversation:mute', { conversationId: id, muted: true });
    await leave(ben, cleo);
    await send(anna, id, 'one');
    await told(ben, id, 1);
    await command(anna, 'conversation:remove', { conversationId: id, userId: ben.id });
    await until(
      async () => (await listed(ben)).every(({ readAt }) => readAt !== undefined),
      'what he cannot read is read',
    );
    await send(anna, id, 'two');
    // What was said later elsewhere is notified: so what was said here would have been.
    await send(anna, other, 'three');
    await Promise.all([told(ben, other, 1), told(cleo, other, 1)]);
    expect((await listed(cleo)).map(({ data }) => data?.['conversationId'])).toEqual([other]);
    expect((await listed(ben)).filter(({ readAt }) => readAt === undefined)).toHaveLength(1);
  });
});

describe('a conversation of somebody who has just gone', () => {
  it('notifies once the user is found gone, and counts on from there', async () => {
    const id = await groupOf(anna, ben, cleo);
    ben.client.close();
    await Promise.all([send(anna, id, 'one'), send(cleo, id, 'two')]);
    expect(await told(ben, id, 2)).toMatchObject({ count: 2, data: { seq: 3 } });
    await send(anna, id, 'three');
    expect(await told(ben, id, 3)).toMatchObject({ count: 3, data: { seq: 4 } });
    expect([await listed(anna), await listed(cleo)]).toEqual([[], []]);
  });

  it('notifies of what a frozen phone did not get, and of nothing that it got', async () => {
    const gate = await Gate.before(cluster.west.url);
    await gate.open();
    const [id, other] = [await groupOf(anna, ben), await groupOf(anna, ben)];
    const phone = await connect(gate.url, ben.accessToken);
    ben.client.close();
    await send(anna, other, 'arrives');
    const { createdAt } = await send(anna, id, 'arrives as well');
    await phone.event('message:new', ({ conversationId }) => conversationId === id);
    await arrived('west', ben, createdAt);
    gate.hold();
    for (const content of ['one', 'two']) await send(anna, id, content);
    await gate.shut();
    expect(await told(ben, id, 2)).toMatchObject({ count: 2, data: { seq: 4 } });
    expect((await listed(ben)).map(({ data }) => data?.['conversationId'])).toEqual([id]);
  });
});

describe('a whisper', () => {
  let gate: Gate;
  beforeEach(async () => {
    gate = await Gate.before(cluster.east.url);
    await gate.open();
  });
  afterEach(() => gate.shut());

  const whisper = (text: string) => command<ChatSent>(anna, 'chat:whisper', { toUserId: ben.id, text });
  /** The only notification, once it counts so many. */
  async function whispered(body: string, count: number): Promise<void> {
    await until(async () => (await listed(ben)).some((found) => found.count >= count), 'it is notified', 60_000);
    expect(await listed(ben)).toMatchObject([{ kind: 'whisper', body, count }]);
  }
  /** Ben's only connection, by way of the gate. It has got a whisper, and that is known. */
  async function phone(options = {}): Promise<TestClient> {
    const client = await connect(gate.url, ben.accessToken, options);
    ben.client.close();
    const { createdAt } = await whisper('arrives');
    await client.event('chat:whisper');
    await arrived('east', ben, createdAt);
    return client;
  }

  it('to somebody who has just gone notifies once the user is found gone, and counts on from there', async () => {
    const { createdAt } = await whisper('while you are here');
    await arrived('east', ben, createdAt);
    ben.client.close();
    for (const text of ['just gone', 'still there?']) await whisper(text);
    await whispered('still there?', 2);
    await whisper('later');
    await whispered('later', 3);
  });

  it('to a frozen phone notifies of what did not arrive, and of nothing that did', async () => {
    await phone();
    gate.hold();
    await whisper('does not arrive');
    await gate.shut();
    await whispered('does not arrive', 1);
  });

  it('notifies of nothing where the user comes back in time and gets it', async () => {
    const client = await phone({ reconnection: true, reconnectionDelay: 50, reconnectionDelayMax: 100 });
    gate.cut();
    const { createdAt } = await whisper('missed');
    await client.event('chat:whisper', ({ text }) => text === 'missed');
    await arrived('east', ben, createdAt);
    await leave({ ...ben, client });
    await whisper('later');
    await whispered('later', 1);
  });
});

describe('a node that is killed', () => {
  let doomed: DoomedNode;
  let victim: Talker;
  beforeEach(async () => {
    doomed = await DoomedNode.start({ ...cluster.environment, NODE_ID: 'doomed' });
    victim = await cluster.talker(doomed.url);
  }, 60_000);
  afterEach(async () => {
    closeClients();
    await doomed.end();
  });

  it('has its users notified of what they did not get, once its lease has ended', async () => {
    const id = await groupOf(anna, victim);
    doomed.kill('SIGKILL');
    await doomed.exited;
    await send(anna, id, 'is anybody there?');
    expect(await told({ ...victim, url: cluster.west.url }, id, 1, 60_000)).toMatchObject({
      count: 1,
      data: { seq: 2 },
    });
  }, 90_000);

  it.each(['after the commit', 'before notifying', 'after notifying'] as const)(
    '%s: who is away is notified by another, and each message counts once',
    async (where) => {
      const id = await groupOf(victim, anna, ben);
      await leave(ben);
      await doomed.doom(where);
      victim.client.socket.emit('message:send', { conversationId: id, content: 'last words' });
      await doomed.exited;
      await anna.client.event('message:new', ({ content }) => content === 'last words');
      for (const content of ['one', 'two']) await send(anna, id, content);
      await told(ben, id, 3);
      // What would be counted twice is counted by now.
      await send(anna, id, 'three');
      expect(await told(ben, id, 4)).toMatchObject({ count: 4, data: { seq: 5 } });
    },
  );
});
