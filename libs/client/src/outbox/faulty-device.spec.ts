/** Devices that are slow, fail at times, or do not answer: each message is sent all the same, and `flushed` says when. */
import {
  connectSimulated,
  simulate,
  simulatedClient,
  type Simulation,
} from '../../../../test/support/sdk/simulated-client';
import { sleep } from '../base/clock';
import type { Client } from '../client';
import { MemoryStorage, type OutboxEntry } from './outbox-storage';

const LEFT: OutboxEntry = { tempId: 'left', userId: 'ada', conversationId: 'c1', content: 'left', order: 1 };

/** A device on which an earlier page has left a message. */
class FaultyStorage extends MemoryStorage {
  failingLists = 0;
  delayMs = 0;

  constructor(private readonly simulation: Simulation) {
    super();
    void this.put(LEFT);
  }

  override async list(userId: string): Promise<readonly OutboxEntry[]> {
    if (this.delayMs > 0) await sleep(this.simulation.clock, this.delayMs);
    if (this.failingLists > 0) {
      this.failingLists -= 1;
      throw new Error('the database is closing');
    }
    return super.list(userId);
  }
}

let simulation: Simulation;
let storage: FaultyStorage;

beforeEach(() => {
  simulation = simulate();
  storage = new FaultyStorage(simulation);
});

const stored = (): string[] => simulation.server.messages.map(({ tempId }) => tempId);
const send = (client: Client, tempId: string): Promise<OutboxEntry> =>
  client.outbox.add({ tempId, conversationId: 'c1', content: tempId });

it.each([
  ['with getUserId', { getUserId: () => 'ada' }],
  ['without getUserId', {}],
])('outbox: flushed waits for what an earlier page has left on a slow device, %s', async (_, options) => {
  storage.delayMs = 300;
  const { client } = simulatedClient(simulation, { storage, ...options });
  const flushed = client.flushed().then(stored);
  await simulation.clock.pass(1_000);
  void client.connect();
  const flushedOnceLive = simulation.clock.pass(100).then(() => client.flushed().then(stored));
  await simulation.clock.pass(5_000);
  expect([await flushed, await flushedOnceLive]).toEqual([['left'], ['left']]);
  client.close();
});

it('outbox: what the device fails to list at first is sent when it lists it', async () => {
  storage.failingLists = 3;
  const { client } = await connectSimulated(simulation, { storage });
  await simulation.clock.passUntil(() => stored().length === 1, 20_000);
  client.close();
});

it('outbox: what is listed once waits on while the device fails to list, and is sent once', async () => {
  const { clock, server } = simulation;
  server.isReachable = false;
  const { client } = simulatedClient(simulation, { storage, getUserId: () => 'ada' });
  client.connect().catch(() => undefined);
  await clock.pass(100);
  storage.failingLists = Infinity;
  await send(client, 'added');
  await clock.pass(100);
  expect(client.state.get().queued).toBe(2);
  server.isReachable = true;
  await clock.passUntil(() => client.state.get().queued === 0, 60_000);
  expect([stored(), server.duplicates]).toEqual([['left', 'added'], 0]);
  client.close();
});

it('outbox: a device that does not answer holds up no message, and is asked again once it answers', async () => {
  const { clock } = simulation;
  storage.delayMs = 60_000;
  const { client } = await connectSimulated(simulation, { storage });
  const accepted = send(client, 'added');
  await clock.pass(10_000);
  expect(await accepted).toMatchObject({ tempId: 'added' });
  expect([stored(), client.state.get().queued]).toEqual([['added'], 0]);
  storage.delayMs = 0;
  await clock.passUntil(() => stored().length === 2, 120_000);
  expect(stored()).toEqual(['added', 'left']);
  client.close();
});

it('outbox: a device that never answers loses nothing that is sent', async () => {
  const never = (): Promise<never> => new Promise(() => undefined);
  const { clock, server } = simulation;
  const { client } = await connectSimulated(simulation, { storage: { list: never, put: never, remove: never } });
  const accepted = Promise.all([send(client, 'm1'), send(client, 'm2')]);
  await clock.pass(10_000);
  await accepted;
  expect([stored(), server.duplicates, client.outbox.isPersistent]).toEqual([['m1', 'm2'], 0, false]);
  await client.flushed();
  client.close();
});
