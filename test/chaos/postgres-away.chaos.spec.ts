/**
 * PostgreSQL goes away for 5 s while 20 players talk: nobody loses the connection, what needs it is refused in a way that
 * may be retried, then all goes on. Everybody has heard exactly what was acknowledged.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../support/client';
import { scenario } from './support/scenario';

const EACH = 10;
const PACE_MS = 100;
const WORDS = 60;

scenario('PostgreSQL away for 5 s', { nodes: ['west', 'east'] }, async (world) => {
  const players = (await Promise.all(world.nodes.map((node) => world.joinMany(node, EACH)))).flat();
  const breaks: string[] = [];
  const acked: string[] = [];
  const refused: { code: string; retryable?: boolean }[] = [];
  let talking = true;
  const talk = async ({ client, name }: (typeof players)[number]): Promise<void> => {
    for (let n = 0; talking; n++) {
      const text = `${name} ${n}`;
      const { success, error } = await client.send('chat:message', { channel: 'global', text });
      if (success) acked.push(text);
      else refused.push(error ?? { code: 'none' });
      await delay(PACE_MS);
    }
  };
  for (const { client } of players) client.socket.on('disconnect', (reason) => breaks.push(reason));
  const talks = players.map(talk);
  await until(() => acked.length >= WORDS, 'all talk');

  await world.postgresGate.shut();
  await Promise.all(world.nodes.map((node) => node.is('error')));
  const ackedBefore = acked.length;
  await until(() => refused.length >= WORDS, 'all are refused');
  for (const { client } of players) expect(await client.send('system:ping')).toMatchObject({ success: true });
  await delay(5_000);
  expect(acked.length).toBe(ackedBefore);

  await world.postgresGate.open();
  await Promise.all(world.nodes.map((node) => node.is('ok')));
  const [refusedBefore, goal] = [refused.length, acked.length + WORDS];
  await until(() => acked.length >= goal, 'all talk again');
  talking = false;
  await Promise.all(talks);
  expect(refused.filter(({ retryable }) => retryable !== true)).toEqual([]);
  expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['UNAVAILABLE']));
  // What was asked for in the moment of the return may still be refused; once more, and it is done.
  expect(refused.length - refusedBefore).toBeLessThanOrEqual(players.length);
  expect(breaks).toEqual([]);
  for (const { client } of players) {
    await until(() => client.all('chat:message').length >= acked.length, 'all is heard');
    await client.settled();
    const heard = client.all('chat:message').map(({ text }) => text);
    expect([...heard].sort()).toEqual([...acked].sort());
    for (const { name } of players) expect(from(name, heard)).toEqual(from(name, acked));
  }
  return { clients: players.length, acked: acked.length, refused: refused.length };
});

const from = (name: string, texts: readonly string[]): string[] => texts.filter((text) => text.startsWith(`${name} `));
