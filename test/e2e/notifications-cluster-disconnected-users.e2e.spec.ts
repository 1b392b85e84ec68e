/** Notifications of users that have just disconnected, over two nodes: for undelivered messages, once, and for no others. */
import type { ChatSent } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import { connect, type TestClient, waitUntil } from '../support/clients/client';
import { type ConversationCluster, useConversationCluster } from '../support/domains/conversation-cluster';
import type { ConversationUser } from '../support/domains/conversation-user';
import { Gate } from '../support/faults/gate';
import {
  waitForArrival,
  disconnectUsers,
  listNotifications,
  waitForNotification,
} from '../support/domains/notifications';

jest.setTimeout(90_000);

let cluster: ConversationCluster;
let anna: ConversationUser;
let ben: ConversationUser;
let cleo: ConversationUser;
useConversationCluster((scene) => ({ cluster, anna, ben, cleo } = scene));

describe('a conversation of a user that has just disconnected', () => {
  it('notifies once the user is known to be offline, and continues to count from there', async () => {
    const id = await anna.createGroup(ben, cleo);
    ben.client.close();
    await Promise.all([anna.sendMessage(id, 'one'), cleo.sendMessage(id, 'two')]);
    expect(await waitForNotification(ben, id, 2)).toMatchObject({ count: 2, data: { seq: 3 } });
    await anna.sendMessage(id, 'three');
    expect(await waitForNotification(ben, id, 3)).toMatchObject({ count: 3, data: { seq: 4 } });
    expect([await listNotifications(anna), await listNotifications(cleo)]).toEqual([[], []]);
  });

  it('notifies of messages that a frozen phone did not receive, and of no others', async () => {
    const gate = await Gate.openInFrontOf(cluster.west.url);
    const [id, other] = [await anna.createGroup(ben), await anna.createGroup(ben)];
    const phone = await connect(gate.url, ben.accessToken);
    ben.client.close();
    await anna.sendMessage(other, 'arrives');
    const { createdAt } = await anna.sendMessage(id, 'arrives as well');
    await phone.waitForEvent('message:new', ({ conversationId }) => conversationId === id);
    await waitForArrival(cluster.west, ben, createdAt);
    gate.stall();
    for (const content of ['one', 'two']) await anna.sendMessage(id, content);
    await gate.close();
    expect(await waitForNotification(ben, id, 2)).toMatchObject({ count: 2, data: { seq: 4 } });
    expect((await listNotifications(ben)).map(({ data }) => data?.['conversationId'])).toEqual([id]);
  });
});

describe('a user with a frozen and a working device', () => {
  let gate: Gate;
  beforeEach(async () => {
    gate = await Gate.openInFrontOf(cluster.west.url);
  });
  afterEach(() => gate.close());

  const whisper = (text: string) => anna.run<ChatSent>('chat:whisper', { toUserId: ben.id, text });

  it('is notified once both are disconnected, of messages that neither received, and of no others', async () => {
    const [id, other] = [await anna.createGroup(ben), await anna.createGroup(ben)];
    const phone = await connect(gate.url, ben.accessToken);
    await whisper('reaches both');
    await phone.waitForEvent('chat:whisper');
    gate.stall();
    await anna.sendMessage(other, 'reaches one');
    await whisper('reaches one');
    const { createdAt } = await anna.sendMessage(id, 'reaches one');
    await waitForArrival(cluster.east, ben, createdAt);
    ben.client.close();
    const missed = await anna.sendMessage(id, 'reaches none');
    await whisper('reaches none');
    await gate.close();
    expect(await waitForNotification(ben, id, 1)).toMatchObject({ count: 1, data: { seq: missed.seq } });
    await waitUntil(async () => (await listNotifications(ben)).length > 1, 'the whisper is notified');
    expect((await listNotifications(ben)).map(({ kind, count }) => `${kind} ${count}`).sort()).toEqual([
      'conversation 1',
      'whisper 1',
    ]);
  });
});

describe('a whisper', () => {
  let gate: Gate;
  beforeEach(async () => {
    gate = await Gate.openInFrontOf(cluster.east.url);
  });
  afterEach(() => gate.close());

  const whisper = (text: string) => anna.run<ChatSent>('chat:whisper', { toUserId: ben.id, text });
  /** Waits until the user's only notification has this count. */
  async function expectWhisperNotification(body: string, count: number): Promise<void> {
    await waitUntil(
      async () => (await listNotifications(ben)).some((notification) => notification.count >= count),
      'the user is notified',
      60_000,
    );
    expect(await listNotifications(ben)).toMatchObject([{ kind: 'whisper', body, count }]);
  }
  /** Connects Ben through the gate alone. The client has received and acknowledged a whisper. */
  async function connectPhone(options = {}): Promise<TestClient> {
    const client = await connect(gate.url, ben.accessToken, options);
    ben.client.close();
    const { createdAt } = await whisper('arrives');
    await client.waitForEvent('chat:whisper');
    await waitForArrival(cluster.east, ben, createdAt);
    return client;
  }

  it('to a user that has just disconnected notifies once the user is known to be offline, and counts on', async () => {
    const { createdAt } = await whisper('while you are here');
    await waitForArrival(cluster.east, ben, createdAt);
    ben.client.close();
    for (const text of ['just disconnected', 'still there?']) await whisper(text);
    await expectWhisperNotification('still there?', 2);
    await whisper('later');
    await expectWhisperNotification('later', 3);
  });

  it('to a frozen phone notifies of whispers that did not arrive, and of no others', async () => {
    await connectPhone();
    gate.stall();
    await whisper('does not arrive');
    await gate.close();
    await expectWhisperNotification('does not arrive', 1);
  });

  it('sent before the user opened a new session on another node notifies once the user is offline', async () => {
    const { createdAt } = await whisper('while you are here');
    await waitForArrival(cluster.east, ben, createdAt);
    ben.client.close();
    await whisper('between');
    const client = await connect(cluster.west.url, ben.accessToken);
    expect(client.eventsNamed('chat:whisper')).toEqual([]);
    const after = await whisper('after');
    await waitForArrival(cluster.west, ben, after.createdAt);
    await disconnectUsers(anna, ben.withClient(client));
    await expectWhisperNotification('between', 1);
  });

  it('to an account that is deleted at that time leaves no data behind', async () => {
    ben.client.close();
    await whisper('just disconnected');
    await ben.request('DELETE', '/api/me');
    const remainingRows = async (): Promise<number> => {
      const { rows } = await cluster.west.app.get(Database).db.execute<{ left: number }>(sql`
        select (select count(*) from notification_absences where user_id = ${ben.id})::int
          + (select count(*) from notifications where user_id = ${ben.id})::int
          + (select count(*) from chat_messages where to_user = ${ben.id} and awaits_delivery)::int as left`);
      return rows[0]?.left ?? -1;
    };
    // Users are processed in the order in which they disconnected, so Ben's turn is over once Cleo is notified.
    cleo.client.close();
    await anna.run('chat:whisper', { toUserId: cleo.id, text: 'just disconnected' });
    await waitUntil(async () => (await listNotifications(cleo)).length > 0, 'another user is notified');
    expect(await remainingRows()).toBe(0);
  });

  it('does not notify if the user resumes in time and receives it', async () => {
    const client = await connectPhone({ reconnection: true, reconnectionDelay: 50, reconnectionDelayMax: 100 });
    gate.resetConnections();
    const { createdAt } = await whisper('missed');
    await client.waitForEvent('chat:whisper', ({ text }) => text === 'missed');
    await waitForArrival(cluster.east, ben, createdAt);
    await disconnectUsers(anna, ben.withClient(client));
    await whisper('later');
    await expectWhisperNotification('later', 1);
  });
});
