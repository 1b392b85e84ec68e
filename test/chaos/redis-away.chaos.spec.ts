/** Redis is away for a minute under load: each node goes on for its own, and on the return nobody has missed a word. */
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../support/client';
import { Crowd, recoverableAgain, type Traveller } from './support/crowd';
import { scenario } from './support/scenario';
import { Speech } from './support/speech';
import { Witness } from './support/witness';
import { heardAll, wordsOf } from './support/words';

const EACH = 5;
const LEAVING = 3;
const AWAY_MS = 60_000;
/** Several, so that none of them has too many commands waiting when the machine is slow for a moment. */
const SPEAKERS = 4;
const PACE_MS = 80;
const MOST_GROWTH_MB = 96;

scenario('Redis away for 60 s under load', { nodes: ['west', 'east'] }, async (world) => {
  const crowds = await Promise.all(world.nodes.map((node) => Crowd.enter(world, node, EACH)));
  const all = crowds.flatMap(({ travellers }) => travellers);
  const leaving = await Promise.all(world.nodes.map((node) => world.joinMany(node, LEAVING)));
  const leavingIds = leaving.map((players) => players.map(({ id }) => id));
  const staying = all.map(({ id }) => id);
  const ids = [...staying, ...leavingIds.flat()];
  const witnesses = await Promise.all(world.nodes.map((node) => Witness.of(world, node, ids)));
  for (const witness of witnesses) await witness.agrees(ids, 'all are online');
  const onNodes = await Promise.all(
    world.nodes.map((node) => Promise.all(Array.from({ length: SPEAKERS }, () => Speech.on(world, node, PACE_MS)))),
  );
  const speeches = onNodes.flat();
  await Promise.all(speeches.map((speech) => speech.more(25)));
  const before = world.nodes.map(({ residentMb }) => residentMb);
  await Promise.all(world.nodes.map(({ redisGate }) => redisGate.shut()));
  const shutAt = onNodes.map((each) => each.map(({ said }) => said.length));
  await until(() => all.every((each) => toldOf(each, 'DEGRADED') === 1), 'all are told');
  for (const witness of witnesses) witness.forget();
  for (const { client } of leaving.flat()) client.close();
  await delay(AWAY_MS);
  expect(world.running).toEqual(world.nodes);
  const growth = [growthSince()];
  for (const [index, { travellers }] of crowds.entries()) {
    const said = (onNodes[index] ?? []).flatMap((speech) => [...speech.said]);
    await until(() => travellers.every((each) => hasHeard(each, said)), 'the words of the own node', 10_000);
    const foreign = new Set(
      onNodes[1 - index]?.flatMap((speech, i) => speech.said.slice((shutAt[1 - index]?.[i] ?? 0) + 1)),
    );
    for (const each of travellers) expect(wordsOf(each).filter((word) => foreign.has(word))).toEqual([]);
  }
  const again = recoverableAgain(all);
  await Promise.all(world.nodes.map(({ redisGate }) => redisGate.open()));
  await Promise.all(world.nodes.map((node) => node.is('ok')));
  await again();
  await Promise.all(speeches.map((speech) => speech.more(15)));
  growth.push(growthSince());
  for (const { gate } of crowds) gate.cut();
  await Promise.all(crowds.map((crowd) => crowd.back()));
  await Promise.all(speeches.map((speech) => speech.more(15)));
  const said = await Promise.all(speeches.map((speech) => speech.stop()));
  await heardAll(all, said);
  for (const each of all) {
    expect(each.returns).toEqual([true]);
    expect(toldOf(each, 'DEGRADED')).toBe(1);
    expect(each.client.all('system:resync')).toEqual([]);
  }
  for (const [index, witness] of witnesses.entries()) {
    await witness.agrees(staying, 'both nodes answer who is there');
    for (const id of leavingIds[index] ?? []) expect(witness.toldOf(id)).toBe('-');
    expect(witness.told.filter((word) => word.startsWith('+') || staying.includes(word.slice(1)))).toEqual([]);
  }
  for (const mb of growth.flat()) expect(mb).toBeLessThan(MOST_GROWTH_MB);
  const words = said.reduce((sum, { length }) => sum + length, 0);
  return { clients: all.length, words, heard: words * all.length, growthMb: Math.round(Math.max(...growth.flat())) };

  function growthSince(): number[] {
    return world.nodes.map(({ residentMb }, index) => residentMb - (before[index] ?? 0));
  }
});

const toldOf = ({ client }: Traveller, wanted: string): number =>
  client.all('system:error').filter(({ code }) => code === wanted).length;

function hasHeard(each: Traveller, said: readonly string[]): boolean {
  const heard = new Set(wordsOf(each));
  return said.every((word) => heard.has(word));
}
