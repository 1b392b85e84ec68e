/** Redis is restarted empty while people speak: no gap stays untold, and afterwards all can be recovered again. */
import { until } from '../support/client';
import { Crowd, recoverableAgain } from './support/crowd';
import { scenario } from './support/scenario';
import { Speech } from './support/speech';
import { heardAll, heardOrOwned } from './support/words';

const EACH = 4;

scenario('words while Redis is restarted empty', { nodes: ['west', 'east'] }, async (world) => {
  const [onWest, onEast, away] = await Promise.all(
    [world.node(0), world.node(1), world.node(0)].map((node) => Crowd.enter(world, node, EACH)),
  );
  if (!onWest || !onEast || !away) throw new Error('nobody there');
  const here = [...onWest.travellers, ...onEast.travellers];
  const speeches = await Promise.all(world.nodes.map((node) => Speech.on(world, node, 20)));
  await Promise.all(speeches.map((speech) => speech.more(50)));
  await away.gate.shut();
  await Promise.all(speeches.map((speech) => speech.more(20)));
  const again = recoverableAgain(here);
  await world.redis.restart();
  await until(() => here.every(({ client }) => client.all('system:resync').length > 0), 'all are told');
  for (const { client } of here) expect(client.all('system:resync').map(({ reason }) => reason)).toEqual(['epoch']);
  await again();
  await away.gate.open();
  await away.back();
  await Promise.all(speeches.map((speech) => speech.more(50)));
  const said = await Promise.all(speeches.map((speech) => speech.stop()));
  const missed = await heardOrOwned([...here, ...away.travellers], said);
  for (const { returns } of away.travellers) expect(returns).toEqual([false]);
  for (const { client } of [...here, ...away.travellers]) client.forget();
  const later = await Promise.all(world.nodes.map((node) => Speech.on(world, node, 20)));
  await Promise.all(later.map((speech) => speech.more(20)));
  for (const { gate } of [onWest, onEast, away]) gate.cut();
  await Promise.all([onWest.back(), onEast.back(), away.back(2)]);
  await Promise.all(later.map((speech) => speech.more(20)));
  await heardAll([...here, ...away.travellers], await Promise.all(later.map((speech) => speech.stop())));
  for (const { returns } of here) expect(returns).toEqual([true]);
  for (const { returns } of away.travellers) expect(returns).toEqual([false, true]);
  return { clients: 3 * EACH, words: said.flat().length, ...missed };
});
