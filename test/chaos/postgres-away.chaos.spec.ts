/** PostgreSQL is away for 5 s: sockets stay, what needs it is refused in a way that may be retried, then all goes on. */
import { setTimeout as delay } from 'node:timers/promises';
import { scenario } from './support/scenario';

scenario('PostgreSQL away for 5 s', { nodes: ['west', 'east'] }, async (world) => {
  const players = (await Promise.all(world.nodes.map((node) => world.joinMany(node, 10)))).flat();
  const say = (text: string) =>
    Promise.all(
      players.map(({ client, name }) => client.send('chat:message', { channel: 'global', text: text + name })),
    );
  expect((await say('before ')).every(({ success }) => success)).toBe(true);
  await world.postgresGate.shut();
  const refused = await say('meanwhile ');
  expect(refused.map(({ error }) => error?.code)).toEqual(refused.map(() => 'UNAVAILABLE'));
  for (const { client } of players) expect(await client.send('system:ping')).toMatchObject({ success: true });
  await delay(5_000);
  await world.postgresGate.open();
  await Promise.all(world.nodes.map((node) => node.is('ok')));
  for (const { client } of players) client.forget();
  expect((await say('after ')).every(({ success }) => success)).toBe(true);
  for (const { client } of players) {
    await Promise.all(players.map(({ name }) => client.event('chat:message', ({ text }) => text === `after ${name}`)));
    expect(client.all('chat:message').length).toBe(players.length);
    expect(client.socket.connected).toBe(true);
  }
  return { clients: players.length, refused: refused.length };
});
