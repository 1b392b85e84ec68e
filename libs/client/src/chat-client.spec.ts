/** Listeners that disconnect, and what a new connection resumes. */
import {
  connectSimulated,
  simulate,
  simulatedClient,
  type Simulation,
} from '../../../test/support/sdk/simulated-client';

let simulation: Simulation;
beforeEach(() => void (simulation = simulate()));

it('client: closed by a listener of its state, it does nothing more, and later listeners see that it is idle', async () => {
  const { clock, server } = simulation;
  const { client } = simulatedClient(simulation, { getUserId: () => 'ada' });
  await client.conversations.send('c1', 'Hello');
  client.state.subscribe(({ phase }) => phase === 'live' && client.close());
  const phases: string[] = [];
  client.state.subscribe(({ phase }) => phases.push(phase));
  const connected = expect(client.connect()).rejects.toMatchObject({ code: 'CLOSED' });
  await clock.pass(60_000);
  await connected;
  expect([phases, client.state.get().phase]).toEqual([['idle', 'connecting', 'idle'], 'idle']);
  expect([server.messages, server.handled('message:send'), clock.hasTimers]).toEqual([[], 0, false]);
});

it('client: closed while it goes on over HTTP, as soon as it is connected, it stays closed', async () => {
  const { clock, server } = simulation;
  server.isReachable = false;
  const { client } = simulatedClient(simulation, {
    fetch: () => Promise.resolve({ ok: true, status: 200, json: () => Promise.resolve({ id: 'ada' }) }),
  });
  client.connect().catch(() => undefined);
  await clock.passUntil(() => client.state.get().isOverHttp, 60_000);
  client.state.subscribe(({ phase }) => phase === 'live' && client.close());
  server.isReachable = true;
  await clock.pass(60_000);
  expect([client.state.get().phase, clock.hasTimers]).toEqual(['idle', false]);
});

it('client: one that a listener connects anew at the end of its session stays connected', async () => {
  const { client, link } = await connectSimulated(simulation);
  client.on('system:disconnected', () => {
    client.disconnect();
    client.connect().catch(() => undefined);
  });
  link().push('system:disconnected', { code: 'LOGGED_OUT', message: 'Logged out', reconnect: false });
  await simulation.clock.pass(1_000);
  expect(client.state.get().phase).toBe('live');
});

it('client: system:resync selects the character again', async () => {
  const { client, link } = await connectSimulated(simulation);
  const entered = client.world.enter('hero');
  await simulation.clock.pass(100);
  await entered;
  link().push('system:resync', { reason: 'trimmed', rooms: [] });
  await simulation.clock.pass(100);
  expect(simulation.server.handled('character:select')).toBe(2);
});

it('client: a feature that fails to resume does not keep the others from it', async () => {
  const { client, link } = await connectSimulated(simulation);
  const reported = jest.spyOn(globalThis, 'setTimeout').mockReturnValue(undefined as unknown as NodeJS.Timeout);
  const resumed = jest.fn();
  client.add(() => ({
    receive: () => undefined,
    resume: () => {
      throw new Error('no map');
    },
  }));
  client.add(() => ({ receive: () => undefined, resume: resumed }));
  await client.conversations.send('c1', 'Hello');
  link().cut();
  await simulation.clock.passUntil(() => simulation.server.messages.length === 1, 10_000);
  expect([resumed.mock.calls.length, reported.mock.calls.length]).toEqual([1, 1]);
  reported.mockRestore();
});
