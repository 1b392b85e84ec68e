/** Messages that are written before the first connection, by the user whose login the device has stored. */
import {
  simulate,
  simulatedClient,
  type SimulatedClient,
  type Simulation,
} from '../../../../test/support/sdk/simulated-client';
import { MemoryStorage } from './outbox-storage';

interface Login {
  userId: string | undefined;
  token: string;
}

let simulation: Simulation;
let storage: MemoryStorage;
let login: Login;

beforeEach(() => {
  simulation = simulate();
  storage = new MemoryStorage();
  simulation.server.isReachable = false;
  logIn('ada');
});

function logIn(userId: string): void {
  login = { userId, token: simulation.server.newToken(userId) };
}

/** A page that has started to connect. */
async function openPage(): Promise<SimulatedClient> {
  const page = simulatedClient(simulation, {
    storage,
    getToken: () => login.token,
    getUserId: () => login.userId,
  });
  page.client.connect().catch(() => undefined);
  await simulation.clock.pass(100);
  return page;
}

async function goOnline({ client }: SimulatedClient): Promise<void> {
  simulation.server.isReachable = true;
  await simulation.clock.passUntil(() => client.state.get().phase === 'live', 60_000);
  await simulation.clock.passUntil(() => client.state.get().queued === 0, 60_000);
}

const arrived = (): string[] => simulation.server.messages.map(({ userId, content }) => `${userId}: ${content}`);

it('offline start: what is written before the first connection is shown at once, and sent in order once there is one', async () => {
  const page = await openPage();
  await page.client.conversations.send('c1', 'first');
  await page.client.conversations.send('c1', 'second');
  expect([page.client.userId, page.client.state.get().queued, arrived()]).toEqual(['ada', 2, []]);
  await goOnline(page);
  expect(arrived()).toEqual(['ada: first', 'ada: second']);
});

it('offline start: a page shows what an earlier one has left, and adds to its end', async () => {
  const order = simulation.clock.now() + 3_600_000;
  await storage.put({ tempId: 'left', userId: 'ada', conversationId: 'c1', content: 'left', order });
  const page = simulatedClient(simulation, { storage, getToken: () => login.token, getUserId: () => login.userId });
  await page.client.conversations.send('c1', 'added');
  expect(page.client.outbox.entries.get().map(({ content }) => content)).toEqual(['left', 'added']);
  page.client.connect().catch(() => undefined);
  await goOnline(page);
  expect(arrived()).toEqual(['ada: left', 'ada: added']);
});

it('offline start: after a change of the login without a network, each message is sent as its author', async () => {
  const page = await openPage();
  await page.client.conversations.send('c1', 'of ada');
  logIn('bob');
  await page.client.conversations.send('c1', 'of bob');
  expect(page.client.outbox.entries.get().map(({ content }) => content)).toEqual(['of bob']);
  await goOnline(page);
  expect(arrived()).toEqual(['bob: of bob']);
  page.client.disconnect();
  logIn('ada');
  page.client.connect().catch(() => undefined);
  await goOnline(page);
  expect(arrived()).toEqual(['bob: of bob', 'ada: of ada']);
});

it('offline start: a login that has changed since the last connection is the author of what is written without one', async () => {
  const page = await openPage();
  await goOnline(page);
  simulation.server.isReachable = false;
  page.link().cut();
  logIn('bob');
  await page.client.conversations.send('c1', 'of bob');
  await goOnline(page);
  expect(arrived()).toEqual(['bob: of bob']);
});

it('offline start: nothing is written for the user of a connection that is not the one who is logged in', async () => {
  const page = await openPage();
  await goOnline(page);
  logIn('bob');
  await expect(page.client.conversations.send('c1', 'of bob')).rejects.toMatchObject({ code: 'CLOSED' });
  expect(await storage.list('ada')).toEqual([]);
});

it.each([
  ['no user is logged in', { getUserId: () => undefined }],
  ['the application does not name its user', {}],
])('offline start: a message is refused if %s', async (_, options) => {
  const { client } = simulatedClient(simulation, { storage, ...options });
  await expect(client.conversations.send('c1', 'lost')).rejects.toMatchObject({ code: 'CLOSED' });
});
