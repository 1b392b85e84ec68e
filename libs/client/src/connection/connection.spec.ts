/** Reconnecting, tokens and dead connections, against a simulated server. */
import { connectSimulated, simulate, simulatedClient } from '../../../../test/support/sdk/simulated-client';

it('connection: getToken that rejects three times is asked again, and the client connects', async () => {
  const simulation = simulate();
  let calls = 0;
  const token = simulation.server.newToken('ada');
  const { client } = simulatedClient(simulation, {
    getToken: () => (++calls <= 3 ? Promise.reject(new Error('the login server is away')) : token),
  });
  const connected = client.connect();
  await simulation.clock.pass(10_000);
  await connected;
  expect([calls, client.state.get().phase]).toEqual([4, 'live']);
});

it('connection: an attempt whose getToken never settles is given up, and followed by another one', async () => {
  const simulation = simulate();
  const { server, clock } = simulation;
  let calls = 0;
  const { client } = simulatedClient(simulation, {
    getToken: () => (++calls === 1 ? new Promise<string>(() => undefined) : server.newToken('ada')),
  });
  await Promise.all([client.connect(), clock.pass(15_000)]);
  expect([calls, client.state.get().phase]).toEqual([2, 'live']);
});

it.each([
  ['three attempts to connect', 3],
  ['three attempts to connect and the first poll', 4],
])('connection: after a getToken that never settled for %s, the client goes on over HTTP', async (_, hanging) => {
  const simulation = simulate();
  const { server, clock } = simulation;
  server.isReachable = false;
  let calls = 0;
  const { client } = simulatedClient(simulation, {
    getToken: () => (++calls <= hanging ? new Promise<string>(() => undefined) : 'ada:1'),
    fetch: () => Promise.resolve({ ok: true, status: 200, json: () => Promise.resolve({ id: 'ada' }) }),
  });
  client.connect().catch(() => undefined);
  await clock.passUntil(() => calls === hanging + 1, 60_000);
  await clock.passUntil(() => client.state.get().isOverHttp, 20_000);
  // The poll has not waited for attempts that reached the network.
  if (hanging === 3) expect(server.presented).toEqual([]);
});

it('connection: an open connection whose getToken hangs once still replaces its token', async () => {
  const simulation = simulate();
  const { server, clock } = simulation;
  let calls = 0;
  const { link } = await connectSimulated(simulation, {
    getToken: () => (++calls === 2 ? new Promise<string>(() => undefined) : server.newToken('ada')),
  });
  const first = link();
  await clock.pass(600_000);
  expect([link() === first, server.refreshes]).toEqual([true, 1]);
});

it('connection: an expired token is never presented twice, also if getToken goes on returning it', async () => {
  const simulation = simulate();
  const { server, clock } = simulation;
  let token = server.newToken('ada');
  server.expire(token);
  const { client } = simulatedClient(simulation, { getToken: () => token });
  const connected = client.connect();
  await clock.pass(60_000);
  expect(server.presented).toEqual([token]);
  expect(client.state.get()).toMatchObject({ phase: 'waiting', code: 'EXPIRED_TOKEN' });
  token = server.newToken('ada');
  await clock.pass(20_000);
  await connected;
  expect(server.presented).toHaveLength(2);
});

it('connection: fresh tokens that have all expired are presented twice at once, and then with growing pauses', async () => {
  const { server, clock } = simulate();
  const getToken = (): string => {
    const token = server.newToken('ada');
    server.expire(token);
    return token;
  };
  const { client } = simulatedClient({ server, clock }, { getToken });
  client.connect().catch(() => undefined);
  await clock.pass(90);
  expect(server.presented).toHaveLength(2);
  await clock.pass(60_000);
  expect(server.presented.length).toBeLessThan(20);
  expect(client.state.get()).toMatchObject({ phase: 'waiting', code: 'EXPIRED_TOKEN' });
});

it('connection: fresh tokens that expire as soon as they were accepted are presented with growing pauses', async () => {
  const { server, clock } = simulate();
  server.closesAfterMs = 50;
  const { client } = simulatedClient({ server, clock }, { getToken: () => server.newToken('ada') });
  await Promise.all([client.connect(), clock.pass(60_000)]);
  expect(server.presented.length).toBeLessThan(20);
});

it('connection: a connection whose token has expired is followed at once by another one with a fresh token, each time', async () => {
  const simulation = simulate();
  const { server, clock } = simulation;
  const { client, link } = await connectSimulated(simulation, { getToken: () => server.newToken('ada') });
  for (let round = 1; round <= 3; round += 1) {
    await clock.pass(60_000);
    link().closeExpired();
    await clock.pass(30);
    expect([client.state.get().phase, server.presented.length]).toEqual(['live', round + 1]);
  }
});

it('connection: ends when the application has only an invalid token', async () => {
  const simulation = simulate();
  const { server, clock } = simulation;
  server.refusal = { code: 'INVALID_TOKEN', message: 'The token is not valid', retryable: false };
  const { client } = simulatedClient(simulation);
  const connected = expect(client.connect()).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
  await clock.pass(60_000);
  await connected;
  expect(server.presented).toHaveLength(1);
  expect(client.state.get()).toMatchObject({ phase: 'ended', code: 'INVALID_TOKEN' });
});

it('connection: tries for ever while the server is away, at most every 15 s, and at once when the device is back online', async () => {
  const simulation = simulate();
  const { server, clock } = simulation;
  let wake = (): void => undefined;
  const { client, link } = await connectSimulated(simulation, {
    onWake: (listener) => {
      wake = listener;
      return () => undefined;
    },
  });
  server.isReachable = false;
  link().cut();
  await clock.pass(3_600_000);
  expect(server.presented.length).toBeGreaterThan(3_600 / 15);
  server.isReachable = true;
  while (client.state.get().phase !== 'waiting') await clock.pass(10);
  wake();
  await clock.pass(50);
  expect(client.state.get().phase).toBe('live');
});

it('connection: one that no longer answers is replaced within 2 s of a wake signal, and no later event of it counts', async () => {
  const simulation = simulate();
  const { clock, server } = simulation;
  let wake = (): void => undefined;
  const { client, link } = await connectSimulated(simulation, {
    onWake: (listener) => {
      wake = listener;
      return () => undefined;
    },
  });
  await clock.pass(1_000);
  const old = link();
  server.swallow(old);
  wake();
  await clock.pass(2_100);
  expect(client.state.get().phase).toBe('live');
  expect(link()).not.toBe(old);
  old.lateClose();
  await clock.pass(10);
  expect(client.state.get().phase).toBe('live');
});

it('connection: one that dies after the clock of the device was set back is replaced without a wake signal', async () => {
  const simulation = simulate();
  const { clock, server } = simulation;
  const { client, link } = await connectSimulated(simulation);
  await clock.pass(1_000);
  clock.adjust(-3_600_000);
  const old = link();
  server.swallow(old);
  await clock.pass(60_000);
  expect(link()).not.toBe(old);
  expect(client.state.get().phase).toBe('live');
});

it('connection: presents its session and the offset of the latest event that it has received', async () => {
  const simulation = simulate();
  const { link } = await connectSimulated(simulation);
  const { pid } = link();
  link().push('chat:message', { id: '1' }, 'offset-7');
  link().cut();
  await simulation.clock.pass(2_000);
  expect(link().auth).toMatchObject({ pid, offset: 'offset-7' });
});

it('connection: replaces its token a minute before it expires, without a new connection', async () => {
  const simulation = simulate();
  const { server, clock } = simulation;
  const { link } = await connectSimulated(simulation, { getToken: () => server.newToken('ada') });
  const first = link();
  await clock.pass(3_600_000);
  expect(link()).toBe(first);
  // A token of ten minutes is replaced every nine.
  expect(server.refreshes).toBe(6);
});

it('connection: a client that was logged out ends, and says why', async () => {
  const simulation = simulate();
  const { client, link } = await connectSimulated(simulation);
  link().push('system:disconnected', { code: 'LOGGED_OUT', message: 'Logged out', reconnect: false });
  await simulation.clock.pass(60_000);
  expect(client.state.get()).toMatchObject({ phase: 'ended', code: 'LOGGED_OUT', message: 'Logged out' });
  await expect(client.request('system:ping', {})).rejects.toMatchObject({ code: 'LOGGED_OUT' });
});

it('connection: an attempt that fails although the device is back online is followed by another one at once', async () => {
  const simulation = simulate();
  let wake = (): void => undefined;
  const onWake = (listener: () => void): (() => void) => {
    wake = listener;
    return () => undefined;
  };
  const { client, link } = await connectSimulated(simulation, { onWake });
  const { server, clock } = simulation;
  server.isReachable = false;
  link().cut();
  await clock.pass(60_000);
  const attempts = server.presented.length;
  while (server.presented.length === attempts) await clock.pass(5);
  wake();
  await clock.pass(30);
  server.isReachable = true;
  await clock.pass(300);
  expect(client.state.get().phase).toBe('live');
});

it('connection: an attempt without an answer is given up, and the client goes on over HTTP until the path is free', async () => {
  const simulation = simulate();
  const { server, clock } = simulation;
  server.isSilent = true;
  const { client } = simulatedClient(simulation, {
    fetch: () => Promise.resolve({ ok: true, status: 200, json: () => Promise.resolve({ id: 'ada' }) }),
  });
  const connected = client.connect();
  await clock.passUntil(() => client.state.get().isOverHttp, 60_000);
  expect(server.presented).toHaveLength(3);
  server.isSilent = false;
  await clock.passUntil(() => client.state.get().phase === 'live', 30_000);
  await connected;
});

it('connection: an attempt without an answer is replaced soon after the device is back online', async () => {
  const simulation = simulate();
  const { server, clock } = simulation;
  let wake = (): void => undefined;
  server.isSilent = true;
  const { client } = simulatedClient(simulation, {
    onWake: (listener) => {
      wake = listener;
      return () => undefined;
    },
  });
  const connected = client.connect();
  await clock.pass(1_000);
  server.isSilent = false;
  wake();
  await clock.passUntil(() => client.state.get().phase === 'live', 4_000);
  await connected;
});
