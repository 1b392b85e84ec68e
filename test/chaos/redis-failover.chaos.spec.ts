/** A standby takes over from Redis while people speak: no gap stays untold, words flow, and all can be recovered again. */
import { until } from '../support/client';
import type { Gate } from '../support/gate';
import { Crowd, recoverableAgain, type Traveller } from './support/crowd';
import { scenario } from './support/scenario';
import { Speech } from './support/speech';
import { heardAll, heardOrOwned } from './support/words';
import type { World } from './support/world';

const EACH = 4;

scenario('a failover of Redis', { nodes: ['west', 'east'] }, (world) => failOver(world, (gate) => gate.cut()));

// The old server lives on and keeps the subscriptions, but nobody publishes to it any more.
scenario('a dead publisher', { nodes: ['west', 'east'] }, async (world) => {
  const clients = await world.probe.client('LIST');
  const subscribers = new Set(
    String(clients)
      .split('\n')
      .filter((line) => / name=aeturnis:/.test(line) && !/ sub=0 psub=0 /.test(line))
      .map((line) => Number(/ addr=[^ ]+:(\d+) /.exec(line)?.[1])),
  );
  expect(subscribers.size).toBe(2 * world.nodes.length);
  return failOver(world, (gate) => gate.cut({ only: (port) => !subscribers.has(port) }));
});

async function failOver(world: World, cut: (redisGate: Gate) => void): Promise<Record<string, number>> {
  const standby = await world.standby();
  const crowds = await Promise.all(world.nodes.map((node) => Crowd.enter(world, node, EACH)));
  const all = crowds.flatMap(({ travellers }) => travellers);
  const speeches = await Promise.all(world.nodes.map((node) => Speech.on(world, node, 20)));
  await Promise.all(speeches.map((speech) => speech.more(50)));
  const again = recoverableAgain(all);
  await world.promote(standby);
  for (const { redisGate } of world.nodes) cut(redisGate);
  await until(() => all.every(({ client }) => client.all('system:resync').length > 0), 'all are told');
  await again();
  await Promise.all(world.nodes.map((node) => node.is('ok')));
  await Promise.all(speeches.map((speech) => speech.more(50)));
  const said = await Promise.all(speeches.map((speech) => speech.stop()));
  const missed = await heardOrOwned(all, said);
  for (const { client, returns } of all) {
    expect(returns).toEqual([]);
    expect(client.all('system:resync').map(({ reason }) => reason)).toEqual(['epoch']);
    client.forget();
  }
  const later = await Promise.all(world.nodes.map((node) => Speech.on(world, node, 20)));
  await Promise.all(later.map((speech) => speech.more(20)));
  for (const { gate } of crowds) gate.cut();
  await Promise.all(crowds.map((crowd) => crowd.back()));
  await Promise.all(later.map((speech) => speech.more(20)));
  await heardAll(all, await Promise.all(later.map((speech) => speech.stop())));
  for (const { returns } of all) expect(returns).toEqual([true]);
  await Promise.all(
    crowds.map(({ travellers }, index) => typingReaches(travellers, crowds[1 - index]?.travellers ?? [])),
  );
  return { clients: all.length, words: said.flat().length, ...missed };
}

/** Volatile events go another way than words, which has to lead to the new server too. */
async function typingReaches([first]: readonly Traveller[], others: readonly Traveller[]): Promise<void> {
  await until(async () => {
    await first?.client.send('chat:typing', { channel: 'global' });
    return others.every(({ client }) => client.all('chat:typing').some(({ from }) => from.userId === first?.id));
  }, 'volatile events reach the other node');
}
