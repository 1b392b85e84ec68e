/** Committed entries are published in the order of the log by the remaining nodes when a node dies before it has done so. */
import { waitUntil } from '../support/clients/client';
import {
  type ConversationCluster,
  useConversationCluster,
  increasingSeqs,
  numbersUpTo,
} from '../support/domains/conversation-cluster';
import { ConversationUser } from '../support/domains/conversation-user';
import { CrashPointNode } from '../support/servers/crash-point-node';
import { Gate } from '../support/faults/gate';

let cluster: ConversationCluster;
let doomed: CrashPointNode;
let anna: ConversationUser;
let ben: ConversationUser;
let victim: ConversationUser;

useConversationCluster((scene) => ({ cluster, anna, ben } = scene));
beforeEach(async () => {
  doomed = await CrashPointNode.start({ ...cluster.environment, NODE_ID: 'doomed' });
  victim = await ConversationUser.connect(doomed.url);
}, 60_000);
afterEach(() => doomed.end());

const emitMessage = (content: string, conversationId: string): void =>
  void victim.client.socket.emit('message:send', { conversationId, content });

describe('a node that is killed between publishing and its checkpoint', () => {
  it('has its entries published again by other nodes; each client gets each entry once, live or replayed', async () => {
    const id = await victim.createGroup(anna, ben);
    const gate = await Gate.openInFrontOf(cluster.east.url);
    const options = { reconnection: true, reconnectionDelay: 50, reconnectionDelayMax: 100 };
    const phone = await ben.connectTo(gate.url, options);
    const connected = await phone.client.waitForEvent('system:connected');
    expect(connected).toMatchObject({ recovered: false });
    await victim.sendMessage(id, 'first');
    await phone.client.waitForEvent('message:new');
    await doomed.crashAt('after notifying');
    for (const n of numbersUpTo(60)) emitMessage(`message ${n}`, id);
    // What this client misses is replayed; the dying node has published it, and another one publishes it again.
    await gate.close();
    await doomed.exited;
    const { seq: last } = await anna.sendMessage(id, 'after it');
    for (const reader of [anna, ben]) await reader.client.waitForEvent('message:new', ({ seq }) => seq === last);
    await gate.open();
    await phone.client.waitForEvent('message:new', ({ seq }) => seq === last);
    expect(phone.client.socket.recovered).toBe(true);
    for (const reader of [anna, ben]) expect(reader.receivedSeqs(id)).toEqual(numbersUpTo(last));
    expect(phone.receivedSeqs(id)).toEqual(numbersUpTo(last).slice(1));
    phone.client.close();
    await gate.close();
  });
});

describe('a node that is killed between a commit and its publication', () => {
  it('is replaced: the message arrives, before any later message', async () => {
    const id = await victim.createGroup(anna, ben);
    await victim.sendMessage(id, 'before');
    await doomed.crashAt('after the commit');
    emitMessage('last words', id);
    await doomed.exited;
    const published = await anna.client.waitForEvent('message:new', ({ content }) => content === 'last words');
    expect(published).toMatchObject({ seq: 3, sender: { id: victim.id, name: victim.name } });
    await anna.sendMessage(id, 'rest in peace');
    for (const reader of [anna, ben]) {
      await reader.client.waitForEvent('message:new', ({ content }) => content === 'rest in peace');
      expect(increasingSeqs(reader.receivedSeqs(id))).toEqual([1, 2, 3, 4]);
      expect(reader.client.eventsNamed('message:new').filter(({ seq }) => seq === 3)).toHaveLength(1);
    }
  });

  it('does not block other writers, and its message arrives first', async () => {
    const id = await victim.createGroup(anna, ben);
    await doomed.crashAt('after the commit');
    emitMessage('last words', id);
    await doomed.exited;
    const acks = await Promise.all(numbersUpTo(20).map((n) => (n % 2 ? anna : ben).sendMessage(id, `${n}`)));
    expect(acks.map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual(numbersUpTo(22).slice(2));
    for (const reader of [anna, ben]) {
      await waitUntil(() => new Set(reader.receivedSeqs(id)).size === 22, 'all entries are delivered');
      expect(increasingSeqs(reader.receivedSeqs(id))).toEqual(numbersUpTo(22));
    }
  });

  it('has changes of members published by other nodes, and the members moved between rooms', async () => {
    const id = await victim.createGroup(anna);
    await doomed.crashAt('after the commit');
    victim.client.socket.emit('conversation:add', { conversationId: id, userIds: [ben.id] });
    await doomed.exited;
    expect(await ben.client.waitForEvent('conversation:member_added')).toMatchObject({ seq: 2, userId: ben.id });
    await ben.sendMessage(id, 'here I am');
    await Promise.all([anna, ben].map(({ client }) => client.waitForEvent('message:new')));
  });

  it('loses no entry that other nodes passed on to it', async () => {
    const id = await victim.createGroup(anna, ben);
    await doomed.crashAt('before publishing for others');
    // The lease of the killed node has not ended yet, so this entry is passed on to it.
    const { seq } = await anna.sendMessage(id, 'hand this on');
    await ben.client.waitForEvent('message:new', (message) => message.seq === seq);
    expect(increasingSeqs(ben.receivedSeqs(id))).toEqual([1, 2]);
  });
});

it('a client that was disconnected during the crash gets by a sync what the others received', async () => {
  const id = await victim.createGroup(anna, ben);
  ben.client.close();
  await doomed.crashAt('after the commit');
  emitMessage('last words', id);
  await doomed.exited;
  await anna.client.waitForEvent('message:new');
  const reconnected = await ben.connectTo(cluster.east.url);
  const { events, head } = await reconnected.syncAll(id, 1);
  expect(events.map(({ type, seq }) => [type, seq])).toEqual([['message:new', 2]]);
  expect(head).toBe(2);
  await reconnected.run('conversation:join', { conversationId: id });
});
