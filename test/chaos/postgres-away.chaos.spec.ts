/**
 * PostgreSQL is away for 5 s while 20 players send messages: no connection is lost, commands that need the database fail
 * with a retryable error, and afterwards all succeed. Every player receives exactly the acknowledged messages.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { waitUntil } from '../support/clients/client';
import { scenario, TWO_NODES } from './support/scenario';

const PLAYERS = 10;
const PACE_MS = 100;
const MESSAGES = 60;

scenario('PostgreSQL away for 5 s: commands fail retryably, no acked message is lost', TWO_NODES, async (cluster) => {
  const players = (await Promise.all(cluster.nodes.map((node) => cluster.connectGuests(node, PLAYERS)))).flat();
  const disconnects: string[] = [];
  const acked: string[] = [];
  const refused: { code: string; retryable?: boolean }[] = [];
  let isSending = true;
  const sendLoop = async ({ client, name }: (typeof players)[number]): Promise<void> => {
    for (let n = 0; isSending; n++) {
      const text = `${name} ${n}`;
      const { success, error } = await client.send('chat:message', { channel: 'global', text });
      if (success) acked.push(text);
      else refused.push(error ?? { code: 'none' });
      await delay(PACE_MS);
    }
  };
  for (const { client } of players) client.socket.on('disconnect', (reason) => disconnects.push(reason));
  const sendLoops = players.map(sendLoop);
  await waitUntil(() => acked.length >= MESSAGES, 'messages are acknowledged');

  await cluster.postgresGate.close();
  await Promise.all(cluster.nodes.map((node) => node.waitForStatus('error')));
  const ackedBefore = acked.length;
  await waitUntil(() => refused.length >= MESSAGES, 'messages are refused');
  for (const { client } of players) expect(await client.send('system:ping')).toMatchObject({ success: true });
  await delay(5_000);
  expect(acked.length).toBe(ackedBefore);

  await cluster.postgresGate.open();
  await Promise.all(cluster.nodes.map((node) => node.waitForStatus('ok')));
  const [refusedBefore, goal] = [refused.length, acked.length + MESSAGES];
  await waitUntil(() => acked.length >= goal, 'acks again');
  isSending = false;
  await Promise.all(sendLoops);
  expect(refused.filter(({ retryable }) => retryable !== true)).toEqual([]);
  expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['UNAVAILABLE']));
  // One command of each player may still have been in flight when the database returned.
  expect(refused.length - refusedBefore).toBeLessThanOrEqual(players.length);
  expect(disconnects).toEqual([]);
  for (const { client } of players) {
    await waitUntil(() => client.eventsNamed('chat:message').length >= acked.length, 'all messages');
    await client.roundTrip();
    const received = client.eventsNamed('chat:message').map(({ text }) => text);
    expect([...received].sort()).toEqual([...acked].sort());
    for (const { name } of players) expect(textsOf(name, received)).toEqual(textsOf(name, acked));
  }
  return { clients: players.length, acked: acked.length, refused: refused.length };
});

const textsOf = (name: string, texts: readonly string[]): string[] =>
  texts.filter((text) => text.startsWith(`${name} `));
