/** Messages that wait: bounds, tabs, refusals, and devices that do not store. */
import {
  connectSimulated,
  simulate,
  type SimulatedClient,
  simulatedClient,
} from '../../../../test/support/sdk/simulated-client';
import { SimulatedBrowser } from '../../../../test/support/sdk/simulated-tabs';
import type { Client } from '../client';
import type { Fetch } from '../http/http-api';
import { RequestError } from '../base/request-error';
import { MessageOutbox } from './message-outbox';
import { MemoryStorage, type OutboxStorage } from './outbox-storage';
import { singleTab } from './tabs';

const send = (client: Client, tempId: string, content = tempId): Promise<unknown> =>
  client.outbox.add({ tempId, conversationId: 'c1', content });
const numbered = (count: number, prefix = 'm'): string[] => Array.from({ length: count }, (_, at) => `${prefix}${at}`);

it('outbox: 1,000 messages wait without a connection and arrive in order, one more is refused with OUTBOX_FULL', async () => {
  const simulation = simulate();
  const { clock, server } = simulation;
  const { client, link } = await connectSimulated(simulation);
  server.isReachable = false;
  link().cut();
  for (const tempId of numbered(1_000)) await send(client, tempId);
  await expect(send(client, 'one more')).rejects.toMatchObject({ code: 'OUTBOX_FULL', retryable: true });
  server.isReachable = true;
  await clock.passUntil(() => client.state.get().queued === 0, 300_000);
  expect(server.messages.map(({ tempId }) => tempId)).toEqual(numbered(1_000));
});

it('outbox: of 2,000 messages that are sent at once, 1,000 are stored', async () => {
  const simulation = simulate();
  const storage = new MemoryStorage();
  simulation.server.isReachable = false;
  const { client } = simulatedClient(simulation, { storage, getUserId: () => 'ada' });
  const sent = await Promise.allSettled(numbered(2_000).map((tempId) => send(client, tempId)));
  expect(sent.filter(({ status }) => status === 'rejected')).toHaveLength(1_000);
  expect(await storage.list('ada')).toHaveLength(1_000);
});

it('outbox: a text of more than 10,000 code points is refused before it is stored, one of 10,000 is sent', async () => {
  const simulation = simulate();
  const { clock, server } = simulation;
  const { client } = await connectSimulated(simulation);
  for (const content of ['x'.repeat(10_001), '🐉'.repeat(10_001), 'x'.repeat(1_000_000)])
    await expect(send(client, 'long', content)).rejects.toMatchObject({ code: 'VALIDATION', retryable: false });
  expect(client.outbox.entries.get()).toEqual([]);
  await send(client, 'longest', '🐉'.repeat(10_000));
  await clock.pass(1_000);
  expect(server.messages.map(({ tempId }) => tempId)).toEqual(['longest']);
});

it('outbox: a text that is too long and was stored by an earlier version becomes failed, and holds up no other one', async () => {
  const simulation = simulate();
  const { clock, server } = simulation;
  const storage = new MemoryStorage();
  const long = { tempId: 'long', userId: 'ada', conversationId: 'c1', content: 'x'.repeat(200_000), order: 1 };
  await storage.put(long);
  await storage.put({ ...long, tempId: 'short', content: 'short', order: 2 });
  const { client } = await connectSimulated(simulation, { storage });
  await clock.pass(1_000);
  expect(server.messages.map(({ tempId }) => tempId)).toEqual(['short']);
  expect(client.outbox.entries.get()).toMatchObject([{ tempId: 'long', failure: { code: 'VALIDATION' } }]);
});

it('outbox: three tabs that share 50 messages send each once, so that the server sees no duplicate', async () => {
  const simulation = simulate();
  const { clock, server } = simulation;
  const [storage, browser] = [new MemoryStorage(), new SimulatedBrowser()];
  const tabs: SimulatedClient[] = [];
  for (let number = 0; number < 3; number += 1)
    tabs.push(await connectSimulated(simulation, { storage, tabs: browser.openTab().tabs }));
  await Promise.all(numbered(50).map((tempId, at) => send((tabs[at % 3] as SimulatedClient).client, tempId)));
  await clock.passUntil(() => tabs.every(({ client }) => client.state.get().queued === 0), 60_000);
  expect([server.messages.length, server.duplicates]).toEqual([50, 0]);
});

it('outbox: a message follows those that wait already, also after the clock of the device was set back', async () => {
  const { clock } = simulate();
  const storage = new MemoryStorage();
  const order = clock.now() + 3_600_000;
  await storage.put({ tempId: 'waiting', userId: 'ada', conversationId: 'c1', content: 'waiting', order });
  const [sent, refusal]: [string[], { error?: Error }] = [
    [],
    { error: new RequestError('UNAVAILABLE', '', { retryable: true }) },
  ];
  const outbox = new MessageOutbox(clock, storage, singleTab, {
    author: () => 'ada',
    async transmit({ tempId }) {
      if (refusal.error) throw refusal.error;
      sent.push(tempId);
    },
  });
  outbox.onLive('ada');
  await clock.pass(10);
  await outbox.add({ tempId: 'later', conversationId: 'c1', content: 'later' });
  delete refusal.error;
  await clock.pass(10_000);
  expect(sent).toEqual(['waiting', 'later']);
});

it('outbox: messages are sent in their order, whatever the order in which the device lists them', async () => {
  const simulation = simulate();
  const { clock, server } = simulation;
  const storage = new MemoryStorage();
  for (const order of [3, 1, 2])
    await storage.put({ tempId: `m${order}`, userId: 'ada', conversationId: 'c1', content: 'left', order });
  const { client } = await connectSimulated(simulation, { storage });
  await clock.passUntil(() => client.state.get().queued === 0, 10_000);
  expect(server.messages.map(({ tempId }) => tempId)).toEqual(['m1', 'm2', 'm3']);
});

it('outbox: another user neither sends nor deletes what a user has left on the device', async () => {
  const simulation = simulate();
  const { clock, server } = simulation;
  const storage = new MemoryStorage();
  await storage.put({ tempId: 'of bob', userId: 'bob', conversationId: 'c1', content: 'of bob', order: 1 });
  const { client } = await connectSimulated(simulation, { storage });
  await send(client, 'of ada');
  await clock.pass(1_000);
  expect(server.messages.map(({ tempId }) => tempId)).toEqual(['of ada']);
  expect(await storage.list('bob')).toHaveLength(1);
});

it('outbox: a message that waits for its pacing when another user logs in is sent when its author is back', async () => {
  const simulation = simulate();
  const { clock, server } = simulation;
  const commands = { 'message:send': { limit: 60, windowMs: 60_000, burst: 1, excess: 'refuse' } };
  const fetch: Fetch = async () => ({ ok: true, status: 200, json: async () => ({ commands, guests: {} }) });
  let user = 'ada';
  const { client, link } = await connectSimulated(simulation, { fetch, getToken: () => server.newToken(user) });
  await clock.pass(100);
  for (const tempId of numbered(3)) await send(client, tempId);
  await clock.pass(200);
  for (user of ['bob', 'ada']) {
    link().cut();
    await clock.pass(5_000);
  }
  expect(server.messages.map(({ userId, tempId }) => [userId, tempId])).toEqual(numbered(3).map((id) => ['ada', id]));
  expect(client.outbox.entries.get()).toEqual([]);
});

it('outbox: a refused message is kept as failed, holds up no other one, and can be discarded', async () => {
  const simulation = simulate();
  const { clock, server } = simulation;
  const { client } = await connectSimulated(simulation);
  await send(client, 'bad', 'refused');
  await send(client, 'good');
  await clock.pass(1_000);
  expect(server.messages.map(({ tempId }) => tempId)).toEqual(['good']);
  expect(client.outbox.entries.get()).toMatchObject([{ tempId: 'bad', failure: { code: 'VALIDATION' } }]);
  expect(client.state.get().queued).toBe(0);
  await client.outbox.discard('bad');
  await clock.pass(100);
  expect(client.outbox.entries.get()).toEqual([]);
});

it('outbox: a refused message that is retried is sent again', async () => {
  const simulation = simulate();
  const { clock, server } = simulation;
  const { client } = await connectSimulated(simulation);
  await send(client, 'bad', 'refused');
  await clock.pass(1_000);
  server.refusesContent = false;
  await client.outbox.retry('bad');
  await client.flushed();
  await clock.pass(1_000);
  expect(server.messages.map(({ tempId }) => tempId)).toEqual(['bad']);
});

it('outbox: a device that refuses to store is reported, and its messages are sent all the same, once', async () => {
  const refusing: OutboxStorage = {
    list: () => Promise.reject(new Error('closing')),
    put: () => Promise.reject(new Error('private mode')),
    remove: () => Promise.reject(new Error('private mode')),
  };
  const simulation = simulate();
  const { clock, server } = simulation;
  const { client } = await connectSimulated(simulation, { storage: refusing });
  await send(client, 'kept in memory');
  await clock.pass(1_000);
  expect(client.outbox.isPersistent).toBe(false);
  expect([server.messages.length, server.duplicates, client.state.get().queued]).toEqual([1, 0, 0]);
});

it('outbox: a device that stores but does not remove sends a message once', async () => {
  class Sticky extends MemoryStorage {
    override remove(): Promise<void> {
      return Promise.reject(new Error('the device is full'));
    }
  }
  const simulation = simulate();
  const { clock, server } = simulation;
  const { client } = await connectSimulated(simulation, { storage: new Sticky() });
  await send(client, 'sticky');
  await clock.pass(10_000);
  expect([server.messages.length, server.duplicates, client.state.get().queued]).toEqual([1, 0, 0]);
});

it('outbox: flushed resolves at once if nothing waits, and otherwise when the server has stored all', async () => {
  const simulation = simulate();
  const { clock, server } = simulation;
  const { client } = await connectSimulated(simulation);
  await client.flushed();
  await send(client, 'first');
  const flushed = client.flushed().then(() => server.messages.length);
  await clock.pass(1_000);
  expect(await flushed).toBe(1);
});
