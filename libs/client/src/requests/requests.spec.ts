/** Requests settle, whatever becomes of their connection. */
import {
  connectSimulated,
  simulate,
  simulatedClient,
  type SimulatedClient,
  type Simulation,
} from '../../../../test/support/sdk/simulated-client';
import type { Fetch } from '../http/http-api';

const message = (tempId?: string) => ({
  conversationId: 'c1',
  content: 'Hello',
  ...(tempId !== undefined && { tempId }),
});

it('request: waits for the connection, and ends with OFFLINE if there is none in time', async () => {
  const simulation = simulate();
  const { client } = simulatedClient(simulation);
  void client.connect();
  const answered = client.request('system:ping', {});
  await simulation.clock.pass(200);
  expect(await answered).toMatchObject({ pong: true });
  const offline = expect(
    simulatedClient(simulation).client.request('system:ping', {}, { timeoutMs: 500 }),
  ).rejects.toMatchObject({
    code: 'OFFLINE',
    retryable: true,
  });
  await simulation.clock.pass(500);
  await offline;
});

it('request: whose answer is lost is sent again if the server recognises it, and is stored once', async () => {
  const simulation = simulate();
  const { clock, server } = simulation;
  const { client, link } = await connectSimulated(simulation);
  link().cutNextMessage('before-answer');
  const sent = client.request('message:send', message('t1'));
  await clock.pass(5_000);
  expect(await sent).toMatchObject({ messageId: 't1' });
  expect([server.messages.length, server.duplicates]).toEqual([1, 1]);
});

it('request: whose answer is lost ends with CONNECTION_LOST if a repetition would be another request', async () => {
  const simulation = simulate();
  const { clock } = simulation;
  const { client, link } = await connectSimulated(simulation);
  link().cutNextMessage('before-answer');
  const lost = expect(client.request('message:send', message())).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  await clock.pass(5_000);
  await lost;
});

it('request: is never sent under another user', async () => {
  const simulation = simulate();
  const { clock, server } = simulation;
  let token = server.newToken('ada');
  const { client, link } = await connectSimulated(simulation, { getToken: () => token });
  link().cutNextMessage('before-commit');
  const refused = expect(client.request('message:send', message('t1'))).rejects.toMatchObject({ code: 'CLOSED' });
  token = server.newToken('bob');
  await clock.pass(5_000);
  await refused;
  expect([server.messages, client.userId]).toEqual([[], 'bob']);
});

it('request: that is unanswered ends with TIMEOUT, and its dead connection is replaced', async () => {
  const simulation = simulate();
  const { clock, server } = simulation;
  const { client, link } = await connectSimulated(simulation);
  await clock.pass(100);
  const old = link();
  server.swallow(old);
  const timedOut = expect(client.request('system:ping', {}, { timeoutMs: 1_000 })).rejects.toMatchObject({
    code: 'TIMEOUT',
  });
  await clock.pass(3_200);
  await timedOut;
  expect(link()).not.toBe(old);
  expect(client.state.get().phase).toBe('live');
});

it('request: every one settles when the client disconnects', async () => {
  const simulation = simulate();
  const { client } = await connectSimulated(simulation);
  const closed = Promise.allSettled([client.request('message:send', message('t1')), client.request('system:ping', {})]);
  client.disconnect();
  await simulation.clock.pass(10);
  expect(await closed).toMatchObject([
    { status: 'rejected', reason: { code: 'CLOSED' } },
    { status: 'rejected', reason: expect.anything() },
  ]);
});

const ONE_A_SECOND = { limit: 60, windowMs: 60_000, burst: 1, excess: 'refuse' } as const;

const fetchPolicies =
  (commands: object): Fetch =>
  async () => ({ ok: true, status: 200, json: async () => ({ commands, guests: {} }) });

/** A client that may send one message, and report one delivery, in a second. */
async function connectPaced(simulation: Simulation, getToken: () => string): Promise<SimulatedClient> {
  const policies = { 'message:send': ONE_A_SECOND, 'message:delivered': ONE_A_SECOND };
  const paced = await connectSimulated(simulation, { getToken, fetch: fetchPolicies(policies) });
  await simulation.clock.pass(100);
  return paced;
}

it.each([
  ['a disconnect', ({ client }: SimulatedClient) => (client.disconnect(), client.connect())],
  ['a cut', ({ link }: SimulatedClient) => (link().cut(), Promise.resolve())],
])('pacing: a request that waits for its token is not sent under the user who follows after %s', async (_, end) => {
  const simulation = simulate();
  const { clock, server } = simulation;
  let token = server.newToken('ada');
  const paced = await connectPaced(simulation, () => token);
  const delivered = { conversationId: 'c1', messageIds: ['m'] };
  const first = [
    paced.client.request('message:send', message('t1')),
    paced.client.request('message:delivered', delivered),
  ];
  await clock.pass(100);
  await Promise.all(first);
  const refused = Promise.all(
    [
      paced.client.request('message:send', message('t2')),
      paced.client.request('message:delivered', delivered, { isResent: true }),
    ].map((request) => expect(request).rejects.toMatchObject({ code: 'CLOSED' })),
  );
  token = server.newToken('bob');
  void end(paced);
  await clock.pass(5_000);
  await refused;
  expect(paced.client.userId).toBe('bob');
  expect(server.messages.map(({ tempId }) => tempId)).toEqual(['t1']);
  expect(server.handled('message:delivered')).toBe(1);
});

it('pacing: a request that waits for its token settles when the client is closed', async () => {
  const simulation = simulate();
  const { client } = await connectPaced(simulation, () => simulation.server.newToken('ada'));
  const sent = [client.request('message:send', message('t1')), client.request('message:send', message('t2'))];
  const settled = Promise.allSettled(sent);
  client.close();
  await simulation.clock.pass(10);
  expect(await settled).toMatchObject([{ reason: { code: 'CLOSED' } }, { reason: { code: 'CLOSED' } }]);
});

it('pacing: a request whose token is not there yet is not sent early by a new connection', async () => {
  const simulation = simulate();
  const { clock, server } = simulation;
  const { client, link } = await connectPaced(simulation, () => server.newToken('ada'));
  const all = Promise.all(['t1', 't2', 't3'].map((tempId) => client.request('message:send', message(tempId))));
  await clock.pass(100);
  link().cut();
  await clock.pass(400);
  expect([client.state.get().phase, server.messages.length]).toEqual(['live', 1]);
  await clock.pass(3_000);
  expect((await all).length).toBe(3);
});

it('pacing: requests that are refused for their pace delay none that follow', async () => {
  const simulation = simulate();
  const { clock } = simulation;
  const { client } = await connectPaced(simulation, () => simulation.server.newToken('ada'));
  const clicks = Array.from({ length: 30 }, (_, at) => client.request('message:send', message(`t${at}`)));
  const settled = Promise.allSettled(clicks);
  await clock.pass(12_000);
  const refused = (await settled).filter(({ status }) => status === 'rejected');
  expect(refused.length).toBeGreaterThan(15);
  const next = client.request('message:send', message('next'));
  await clock.pass(100);
  expect(await next).toMatchObject({ messageId: 'next' });
});

it('pacing: requests beyond the policy wait for their token, steps beyond it are dropped', async () => {
  const simulation = simulate();
  const { clock, server } = simulation;
  const limited = { limit: 60, windowMs: 60_000, burst: 5, excess: 'refuse' };
  const { client } = await connectSimulated(simulation, {
    fetch: fetchPolicies({
      'system:ping': limited,
      'character:move': { limit: 10, windowMs: 1_000, burst: 2, excess: 'drop' },
    }),
  });
  await clock.pass(100);
  const before = server.handled('system:ping');
  const all = Promise.all(Array.from({ length: 8 }, () => client.request('system:ping', {})));
  await clock.pass(100);
  expect(server.handled('system:ping') - before).toBe(5);
  await clock.pass(3_000);
  expect((await all).length).toBe(8);
  const step = () => client.send('character:move', { seq: 1, x: 1, y: 1 });
  expect([step(), step(), step()]).toEqual([true, true, false]);
  await clock.pass(100);
  expect(step()).toBe(true);
});

it('request: whose payload is no JSON is refused, and what was made after it is sent all the same', async () => {
  const simulation = simulate();
  const { client } = simulatedClient(simulation);
  const cycle: Record<string, unknown> = { conversationId: 'c1' };
  cycle['content'] = cycle;
  const refused = [cycle, { conversationId: 'c1', content: 1n }].map((payload) =>
    expect(client.request('message:send', payload as unknown as ReturnType<typeof message>)).rejects.toMatchObject({
      code: 'VALIDATION',
    }),
  );
  const answered = client.request('system:ping', {});
  void client.connect();
  await simulation.clock.pass(500);
  await Promise.all(refused);
  expect(await answered).toMatchObject({ pong: true });
  expect(client.state.get().phase).toBe('live');
});
