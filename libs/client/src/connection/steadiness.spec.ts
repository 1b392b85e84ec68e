/** Connections that the server accepts and that then are slow, do not answer, or do not last. */
import { connectSimulated, simulate, simulatedClient } from '../../../../test/support/sdk/simulated-client';
import type { SimulatedLink } from '../../../../test/support/sdk/simulated-server';

function wakeSignal() {
  let listener = (): void => undefined;
  const onWake = (added: () => void): (() => void) => {
    listener = added;
    return () => undefined;
  };
  return { onWake, wake: () => listener() };
}

it('steadiness: a connection whose server answers only after a long set-up is kept', async () => {
  const simulation = simulate();
  const { server, clock } = simulation;
  server.setUpMs = 8_000;
  const { client } = await connectSimulated(simulation);
  await clock.pass(120_000);
  expect([server.presented.length, client.state.get().phase]).toEqual([1, 'live']);
});

it('steadiness: connections that never answer are replaced once at once, and then with growing pauses', async () => {
  const simulation = simulate();
  const { server, clock } = simulation;
  const { client } = simulatedClient(simulation, {
    openLink: (auth, handlers) => {
      const link = server.openLink(auth, handlers) as SimulatedLink;
      server.swallow(link);
      return link;
    },
  });
  const phases: string[] = [];
  const pauses: number[] = [];
  client.state.subscribe((state) => {
    if (state.phase !== phases[phases.length - 1]) phases.push(state.phase);
    if (state.phase === 'waiting') pauses.push(state.retryInMs);
  });
  await Promise.all([client.connect(), clock.pass(300_000)]);
  const replaced = ['live', 'waiting', 'connecting'];
  expect(phases.slice(0, 10)).toEqual(['idle', 'connecting', 'live', 'connecting', ...replaced, ...replaced]);
  expect(Math.max(...pauses)).toBeGreaterThan(5_000);
});

it('steadiness: a connection is kept while events arrive, although its probe is not answered yet', async () => {
  const simulation = simulate();
  const { server, clock } = simulation;
  const { onWake, wake } = wakeSignal();
  const { client, link } = await connectSimulated(simulation, { onWake });
  await clock.pass(1_000);
  const first = link();
  server.swallow(first);
  wake();
  await clock.pass(1_000);
  first.push('chat:message', { id: '1' });
  await clock.pass(5_000);
  expect([link() === first, client.state.get().phase]).toEqual([true, 'live']);
});

it('steadiness: connections that are cut as soon as they were accepted are retried with growing pauses', async () => {
  const simulation = simulate();
  const { server, clock } = simulation;
  const { client } = simulatedClient(simulation, {
    openLink: (auth, handlers) => {
      const link = server.openLink(auth, handlers) as SimulatedLink;
      clock.after(50, () => link.cut());
      return link;
    },
  });
  await Promise.all([client.connect(), clock.pass(60_000)]);
  expect(server.presented.length).toBeLessThan(20);
});

it('steadiness: a client is back within 300 ms after each cut of a connection that had lasted', async () => {
  const simulation = simulate();
  const { client, link } = await connectSimulated(simulation);
  for (let round = 0; round < 3; round += 1) {
    await simulation.clock.pass(60_000);
    link().cut();
    await simulation.clock.passUntil(() => client.state.get().phase === 'live', 300);
  }
});
