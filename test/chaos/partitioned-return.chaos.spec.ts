/** Clients of a node without Redis drop and come back on one that has it: nothing twice, and what is lost is owned up to. */
import { until } from '../support/client';
import { Crowd } from './support/crowd';
import { scenario } from './support/scenario';
import { Speech } from './support/speech';
import { heardAll, heardOrOwned, wordsOf } from './support/words';

const CLIENTS = 5;
/** Half-open connections are noticed by the ping alone: their clients begin afresh elsewhere. */
const environment = { PING_INTERVAL_MS: '1000', PING_TIMEOUT_MS: '2000' };

scenario('a return from a partitioned node', { nodes: ['west', 'east'], environment }, async (world) => {
  const [west, east] = [world.node(0), world.node(1)];
  const [leaving, staying] = await Promise.all([Crowd.enter(world, west, CLIENTS), Crowd.enter(world, east, CLIENTS)]);
  const speeches = await Promise.all([Speech.on(world, west, 20), Speech.on(world, east, 20)]);
  const [inside] = speeches;
  await Promise.all(speeches.map((speech) => speech.more(30 + world.chance.below(30))));
  await west.redisGate.shut();
  const alone = inside.said.length + 5;
  await until(
    () => leaving.travellers.every((each) => wordsOf(each).includes(inside.said[alone] ?? 'not yet')),
    'words of the node alone',
  );
  await inside.more(world.chance.below(100));
  leaving.lead(east);
  leaving.gate.cut({ halfOpen: world.chance.below(2) === 0 });
  await leaving.back();
  await Promise.all(speeches.map((speech) => speech.more(50)));
  await west.redisGate.open();
  await west.is('ok');
  await Promise.all(speeches.map((speech) => speech.more(50)));
  const said = await Promise.all(speeches.map((speech) => speech.stop()));
  const missed = await heardOrOwned(leaving.travellers, said);
  await heardAll(staying.travellers, said);
  const recovered = leaving.travellers.filter(({ returns }) => returns[0] === true).length;
  return { clients: 2 * CLIENTS, words: said.flat().length, recovered, ...missed };
});
