/** What is committed is told, in the order of the log, by whichever node is left, also when one dies in between. */
import { closeClients, connect, until } from '../support/client';
import {
  catchUp,
  command,
  ConversationCluster,
  groupOf,
  heard,
  inOrder,
  send,
  type Talker,
  upTo,
} from '../support/conversation-cluster';
import { DoomedNode } from '../support/doomed-node';
import { Gate } from '../support/gate';

let cluster: ConversationCluster;
let doomed: DoomedNode;
let anna: Talker;
let ben: Talker;
let victim: Talker;

beforeAll(async () => {
  cluster = await ConversationCluster.open();
}, 60_000);
beforeEach(async () => {
  doomed = await DoomedNode.start({ ...cluster.environment, NODE_ID: 'doomed' });
  [anna, ben] = (await cluster.talkers(2)) as [Talker, Talker];
  victim = await cluster.talker(doomed.url);
}, 60_000);
afterEach(async () => {
  closeClients();
  await doomed.end();
});
afterAll(() => cluster.close());

const say = (content: string, conversationId: string): void =>
  void victim.client.socket.emit('message:send', { conversationId, content });

describe('a node that is killed after publishing what it has not noted', () => {
  it('has others publish it again, and each entry reaches each client once, live or replayed', async () => {
    const id = await groupOf(victim, anna, ben);
    const gate = await Gate.before(cluster.east.url);
    await gate.open();
    const options = { reconnection: true, reconnectionDelay: 50, reconnectionDelayMax: 100 };
    const away: Talker = { ...ben, client: await connect(gate.url, ben.accessToken, options) };
    const connected = await away.client.event('system:connected');
    expect(connected).toMatchObject({ recovered: false });
    await send(victim, id, 'first');
    await away.client.event('message:new');
    await doomed.doom('after notifying');
    for (const n of upTo(60)) say(`message ${n}`, id);
    // What it misses now is replayed: published by the node that dies, and published again by another one.
    await gate.shut();
    await doomed.exited;
    const { seq: last } = await send(anna, id, 'after it');
    for (const reader of [anna, ben]) await reader.client.event('message:new', ({ seq }) => seq === last);
    await gate.open();
    await away.client.event('message:new', ({ seq }) => seq === last);
    expect(away.client.socket.recovered).toBe(true);
    for (const reader of [anna, ben]) expect(heard(reader, id)).toEqual(upTo(last));
    expect(heard(away, id)).toEqual(upTo(last).slice(1));
    away.client.close();
    await gate.shut();
  });
});

describe('a node that is killed between a commit and telling of it', () => {
  it('is replaced: the message arrives, and before what is said after it', async () => {
    const id = await groupOf(victim, anna, ben);
    await send(victim, id, 'before');
    await doomed.doom('after the commit');
    say('last words', id);
    await doomed.exited;
    const got = await anna.client.event('message:new', ({ content }) => content === 'last words');
    expect(got).toMatchObject({ seq: 3, sender: { id: victim.id, name: victim.name } });
    await send(anna, id, 'rest in peace');
    for (const reader of [anna, ben]) {
      await reader.client.event('message:new', ({ content }) => content === 'rest in peace');
      expect(inOrder(heard(reader, id))).toEqual([1, 2, 3, 4]);
      expect(reader.client.all('message:new').filter(({ seq }) => seq === 3)).toHaveLength(1);
    }
  });

  it('does not hold up those who go on writing, and its message comes first', async () => {
    const id = await groupOf(victim, anna, ben);
    await doomed.doom('after the commit');
    say('last words', id);
    await doomed.exited;
    const acks = await Promise.all(upTo(20).map((n) => send(n % 2 ? anna : ben, id, `${n}`)));
    expect(acks.map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual(upTo(22).slice(2));
    for (const reader of [anna, ben]) {
      await until(() => new Set(heard(reader, id)).size === 22, 'all is told');
      expect(inOrder(heard(reader, id))).toEqual(upTo(22));
    }
  });

  it('has others tell who came and who went, and moves them', async () => {
    const id = await groupOf(victim, anna);
    await doomed.doom('after the commit');
    victim.client.socket.emit('conversation:add', { conversationId: id, userIds: [ben.id] });
    await doomed.exited;
    expect(await ben.client.event('conversation:member_added')).toMatchObject({ seq: 2, userId: ben.id });
    await send(ben, id, 'here I am');
    await Promise.all([anna, ben].map(({ client }) => client.event('message:new')));
  });

  it('loses nothing of what others had handed on to it', async () => {
    const id = await groupOf(victim, anna, ben);
    await doomed.doom('before telling what others committed');
    // Before the lease of the node has ended, so that it is the one to tell.
    const { seq } = await send(anna, id, 'hand this on');
    await ben.client.event('message:new', (message) => message.seq === seq);
    expect(inOrder(heard(ben, id))).toEqual([1, 2]);
  });
});

it('a client that was away for the death and syncs has what the others heard', async () => {
  const id = await groupOf(victim, anna, ben);
  ben.client.close();
  await doomed.doom('after the commit');
  say('last words', id);
  await doomed.exited;
  await anna.client.event('message:new');
  const back: Talker = { ...ben, client: await connect(cluster.east.url, ben.accessToken) };
  const { events, head } = await catchUp(back, id, 1);
  expect(events.map(({ type, seq }) => [type, seq])).toEqual([['message:new', 2]]);
  expect(head).toBe(2);
  await command(back, 'conversation:join', { conversationId: id });
});
