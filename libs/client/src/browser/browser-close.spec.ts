/** What a browser holds for a client is given back by `close`: the channel of the tabs, and the connection to the database. */
import { simulate, simulatedClient } from '../../../../test/support/sdk/simulated-client';
import { MemoryStorage } from '../outbox/outbox-storage';
import { browserTabs } from './browser-tabs';
import { IndexedDbStorage } from './indexed-db-storage';

let openChannels: number;
let openDatabases: number;

class CountedChannel {
  constructor() {
    openChannels += 1;
  }
  addEventListener(): void {}
  removeEventListener(): void {}
  postMessage(): void {}
  close(): void {
    openChannels -= 1;
  }
}

/** Opens at once, and has no entries. */
const indexedDB = {
  open: () => {
    openDatabases += 1;
    const finish = (target: object): void => {
      const handlers = target as Record<string, (() => void) | undefined>;
      void Promise.resolve().then(() => (handlers['oncomplete'] ?? handlers['onsuccess'])?.());
    };
    const transaction = () => {
      const done = { objectStore: () => ({ index: () => ({ getAll: () => ({ result: [] }) }) }) };
      finish(done);
      return done;
    };
    const request = { result: { transaction, close: () => void (openDatabases -= 1) } };
    finish(request);
    return request;
  },
};

const globals = globalThis as unknown as Record<string, unknown>;
const { BroadcastChannel: realChannel } = globalThis;
// Node.js 20 has none.
globals['navigator'] ??= {};

beforeEach(() => {
  [openChannels, openDatabases] = [0, 0];
  Object.assign(globals, { BroadcastChannel: CountedChannel, indexedDB });
});
afterEach(() => {
  globals['BroadcastChannel'] = realChannel;
  delete globals['indexedDB'];
});

it('close: the channel and the database are closed, also after it was called twice', async () => {
  const simulation = simulate();
  const environment = { storage: new IndexedDbStorage('chat'), tabs: browserTabs('chat') };
  const { client } = simulatedClient(simulation, { ...environment, getUserId: () => 'ada' });
  const other = simulatedClient(simulation, { ...environment, storage: new MemoryStorage() }).client;
  const connected = client.connect();
  await simulation.clock.pass(100);
  await connected;
  expect([openChannels, openDatabases]).toEqual([1, 1]);
  client.close();
  client.close();
  await simulation.clock.pass(100);
  expect([openChannels, openDatabases]).toEqual([1, 0]);
  other.close();
  expect(openChannels).toBe(0);
});

it('close: a client that waits to send a refused message again ends its turn, and reopens nothing', async () => {
  const simulation = simulate();
  const storage = new MemoryStorage();
  let [lists, closes] = [0, 0];
  const device = {
    list: (userId: string) => ((lists += 1), storage.list(userId)),
    put: (entry: Parameters<MemoryStorage['put']>[0]) => storage.put(entry),
    remove: (entry: Parameters<MemoryStorage['remove']>[0]) => storage.remove(entry),
    close: () => void (closes += 1),
  };
  let turns = 0;
  const tabs = {
    ...browserTabs('chat'),
    exclusively: async (_: string, work: () => Promise<void>) => {
      turns += 1;
      await work();
      turns -= 1;
    },
  };
  const { client } = simulatedClient(simulation, { storage: device, tabs });
  const connected = client.connect();
  await simulation.clock.pass(100);
  await connected;
  simulation.server.isBusy = true;
  await client.outbox.add({ tempId: 'm1', conversationId: 'c1', content: 'hello' });
  await simulation.clock.pass(100);
  expect([turns, closes]).toEqual([1, 0]);
  client.close();
  await simulation.clock.pass(1);
  expect([turns, closes, openChannels]).toEqual([0, 1, 0]);
  const before = lists;
  await simulation.clock.pass(60_000);
  expect(lists).toBe(before);
});
