/** Notifications of users who have just gone, over two nodes: of what did not reach them, once, and of nothing else. */
import type { ChatSent } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import { connect, type TestClient, until } from '../support/client';
import {
  command,
  type ConversationCluster,
  groupOf,
  onCluster,
  request,
  send,
  type Talker,
} from '../support/conversation-cluster';
import { Gate } from '../support/gate';
import { hasArrived, leave, listed, notified } from '../support/notified';

jest.setTimeout(90_000);

let cluster: ConversationCluster;
let anna: Talker;
let ben: Talker;
let cleo: Talker;
onCluster((scene) => ({ cluster, anna, ben, cleo } = scene));

describe('a conversation of somebody who has just gone', () => {
  it('notifies once the user is found gone, and counts on from there', async () => {
    const id = await groupOf(anna, ben, cleo);
    ben.client.close();
    await Promise.all([send(anna, id, 'one'), send(cleo, id, 'two')]);
    expect(await notified(ben, id, 2)).toMatchObject({ count: 2, data: { seq: 3 } });
    await send(anna, id, 'three');
    expect(await notified(ben, id, 3)).toMatchObject({ count: 3, data: { seq: 4 } });
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
    await hasArrived(cluster.west, ben, createdAt);
    gate.hold();
    for (const content of ['one', 'two']) await send(anna, id, content);
    await gate.shut();
    expect(await notified(ben, id, 2)).toMatchObject({ count: 2, data: { seq: 4 } });
    expect((await listed(ben)).map(({ data }) => data?.['conversationId'])).toEqual([id]);
  });
});

describe('a user with two devices of which one is frozen', () => {
  let gate: Gate;
  beforeEach(async () => {
    gate = await Gate.before(cluster.west.url);
    await gate.open();
  });
  afterEach(() => gate.shut());

  const whisper = (text: string) => command<ChatSent>(anna, 'chat:whisper', { toUserId: ben.id, text });

  it('is notified once both are gone: of what neither got, and of nothing that one of them got', async () => {
    const [id, other] = [await groupOf(anna, ben), await groupOf(anna, ben)];
    const phone = await connect(gate.url, ben.accessToken);
    await whisper('reaches both');
    await phone.event('chat:whisper');
    gate.hold();
    await send(anna, other, 'reaches one');
    await whisper('reaches one');
    const { createdAt } = await send(anna, id, 'reaches one');
    await hasArrived(cluster.east, ben, createdAt);
    ben.client.close();
    const missed = await send(anna, id, 'reaches none');
    await whisper('reaches none');
    await gate.shut();
    expect(await notified(ben, id, 1)).toMatchObject({ count: 1, data: { seq: missed.seq } });
    await until(async () => (await listed(ben)).length > 1, 'the whisper is notified');
    expect((await listed(ben)).map(({ kind, count }) => `${kind} ${count}`).sort()).toEqual([
      'conversation 1',
      'whisper 1',
    ]);
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
    await hasArrived(cluster.east, ben, createdAt);
    return client;
  }

  it('to somebody who has just gone notifies once the user is found gone, and counts on from there', async () => {
    const { createdAt } = await whisper('while you are here');
    await hasArrived(cluster.east, ben, createdAt);
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

  it('that came before the user began anew on another node notifies once the user is found gone', async () => {
    const { createdAt } = await whisper('while you are here');
    await hasArrived(cluster.east, ben, createdAt);
    ben.client.close();
    await whisper('between');
    const client = await connect(cluster.west.url, ben.accessToken);
    expect(client.all('chat:whisper')).toEqual([]);
    const after = await whisper('after');
    await hasArrived(cluster.west, ben, after.createdAt);
    await leave(anna, { ...ben, client });
    await whispered('between', 1);
  });

  it('to an account that is deleted meanwhile leaves nothing of it', async () => {
    ben.client.close();
    await whisper('just gone');
    await request(ben, 'DELETE', '/api/me');
    const left = async (): Promise<number> => {
      const { rows } = await cluster.west.app.get(Database).db.execute<{ left: number }>(sql`
        select (select count(*) from notification_absences where user_id = ${ben.id})::int
          + (select count(*) from notifications where user_id = ${ben.id})::int
          + (select count(*) from chat_messages where to_user = ${ben.id} and awaits_delivery)::int as left`);
      return rows[0]?.left ?? -1;
    };
    // Of a user who went later it is decided later.
    cleo.client.close();
    await command(anna, 'chat:whisper', { toUserId: cleo.id, text: 'just gone' });
    await until(async () => (await listed(cleo)).length > 0, 'another user is notified');
    expect(await left()).toBe(0);
  });

  it('notifies of nothing where the user comes back in time and gets it', async () => {
    const client = await phone({ reconnection: true, reconnectionDelay: 50, reconnectionDelayMax: 100 });
    gate.cut();
    const { createdAt } = await whisper('missed');
    await client.event('chat:whisper', ({ text }) => text === 'missed');
    await hasArrived(cluster.east, ben, createdAt);
    await leave(anna, { ...ben, client });
    await whisper('later');
    await whispered('later', 1);
  });
});
