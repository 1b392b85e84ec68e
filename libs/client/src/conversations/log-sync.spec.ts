/** What was missed in the logs of conversations, while they are loading and after that. */
import type { SyncedConversation } from '@aeturnis/contracts';
import {
  connectSimulated,
  simulate,
  type SimulatedClient,
  type Simulation,
} from '../../../../test/support/sdk/simulated-client';
import { VirtualClock } from '../../../../test/support/sdk/virtual-clock';
import type { Fetch } from '../http/http-api';
import { LogSync, type SyncTarget } from './log-sync';

const MEMBER = { id: 'ada', name: 'Ada', role: 'owner', readSeq: 0, deliveredSeq: 0 };
let simulation: Simulation;
let ada: SimulatedClient;
let release: () => void;

/** An empty conversation, whose messages wait until they are released. */
function holdMessages(): Fetch {
  const released = new Promise<void>((resolve) => (release = resolve));
  return async (url) => {
    if (url.includes('/api/messages')) await released;
    if (!url.includes('c1')) throw new Error('not there');
    const answer = url.includes('/api/messages') ? { messages: [] } : { kind: 'group', head: 0, members: [MEMBER] };
    return { ok: true, status: 200, json: async () => answer };
  };
}

const syncs = () => simulation.server.handled('conversation:sync');

beforeEach(async () => {
  simulation = simulate();
  ada = await connectSimulated(simulation, { fetch: holdMessages() });
});

it('log sync: a conversation that is loading is not synced before it is loaded, then once', async () => {
  const opened = ada.client.conversations.open('c1');
  await simulation.clock.pass(100);
  ada.link().cut();
  await simulation.clock.pass(8_000);
  expect(syncs()).toBe(0);
  release();
  await opened;
  await simulation.clock.pass(100);
  expect(syncs()).toBe(1);
});

it('log sync: system:resync reads the logs of all open conversations', async () => {
  release();
  await ada.client.conversations.open('c1');
  await simulation.clock.pass(100);
  expect(syncs()).toBe(0);
  ada.link().push('system:resync', { reason: 'trimmed', rooms: [] });
  await simulation.clock.pass(100);
  expect(syncs()).toBe(1);
});

it('log sync: a target that is loading is skipped, others are read', async () => {
  const clock = new VirtualClock();
  const asked: string[][] = [];
  const page = { events: [], limited: false } as unknown as SyncedConversation;
  const sync = new LogSync(
    clock,
    () => true,
    (cursors) => {
      asked.push(Object.keys(cursors));
      return Promise.resolve({ conversations: { c1: page, c2: page } });
    },
  );
  const target = (id: string, cursor?: number): SyncTarget => ({
    ...{ id, cursor, isOpen: true },
    applySync: () => undefined,
    onUnknown: () => undefined,
  });
  sync.want(target('c1'));
  sync.want(target('c2', 3));
  await clock.pass(1);
  expect(asked).toEqual([['c2']]);
});
