/** Tokens that the application does not have, and tokens that are refused on an open connection. */
import { connectSimulated, simulate, simulatedClient } from '../../../../test/support/sdk/simulated-client';

it.each([undefined, null, ''])('tokens: an application that returns %p has none, and the client ends', async (none) => {
  const simulation = simulate();
  const { client } = simulatedClient(simulation, { getToken: () => none as unknown as string });
  const connected = expect(client.connect()).rejects.toMatchObject({ code: 'MISSING_TOKEN' });
  await simulation.clock.pass(60_000);
  await connected;
  expect([client.state.get().phase, simulation.server.presented]).toEqual(['ended', []]);
});

it('tokens: a token that is refused on an open connection is sent once, and the next one replaces it', async () => {
  const simulation = simulate();
  const { server, clock } = simulation;
  let token = server.newToken('ada');
  const { link } = await connectSimulated(simulation, { getToken: () => token });
  const first = link();
  const refused = (token = server.newToken('ada'));
  server.refreshError = { code: 'INVALID_TOKEN', message: 'The token is not valid', retryable: false };
  await clock.pass(580_000);
  expect(server.refreshTokens).toEqual([refused]);
  server.refreshError = undefined;
  token = server.newToken('ada');
  await clock.passUntil(() => server.refreshes === 1, 15_000);
  expect([server.refreshTokens, link() === first]).toEqual([[refused, token], true]);
});

it('tokens: a refresh that is refused for another reason is repeated with the same token', async () => {
  const simulation = simulate();
  const { server, clock } = simulation;
  server.refreshError = { code: 'UNAVAILABLE', message: 'Try again', retryable: true };
  await connectSimulated(simulation);
  await clock.pass(560_000);
  expect(server.refreshTokens.length).toBeGreaterThan(1);
  server.refreshError = undefined;
  await clock.passUntil(() => server.refreshes === 1, 15_000);
});

it('tokens: one that has replaced another and expires is not presented again', async () => {
  const simulation = simulate();
  const { server, clock } = simulation;
  const first = server.newToken('ada');
  let token = first;
  const { client, link } = await connectSimulated(simulation, { getToken: () => token });
  token = server.newToken('ada');
  await clock.passUntil(() => server.refreshes === 1, 600_000);
  server.expire(token);
  link().closeExpired();
  await clock.pass(30_000);
  expect(server.presented).toEqual([first]);
  token = server.newToken('ada');
  await clock.passUntil(() => client.state.get().phase === 'live', 20_000);
  expect(server.presented).toEqual([first, token]);
});
