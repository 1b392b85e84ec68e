/** One kind of cut, from ten seeds: who hears a steady speech is cut off in the middle of it and misses nothing. */
import { type ConnectOptions, Crowd } from './crowd';
import type { Counted } from './scenario';
import type { Chance } from './seed';
import { Speech } from './speech';
import type { World } from './world';

const TIMES = 10;
const CLIENTS = 5;

/** The crowd of each round is on the first node, and who talks, 200 a second, on the second. */
export async function tenTimes(
  world: World,
  cut: (crowd: Crowd, chance: Chance, round: number) => Promise<void>,
  options?: ConnectOptions,
): Promise<Counted> {
  let events = 0;
  let returns = 0;
  for (let round = 0; round < TIMES; round++) {
    const chance = world.chance.another(round);
    const crowd = await Crowd.enter(world, world.node(0), CLIENTS, options);
    const speech = await Speech.on(world, world.node(1));
    await speech.more(20 + chance.below(60));
    await cut(crowd, chance, round);
    await speech.more(20 + chance.below(60));
    await crowd.heard(await speech.stop());
    events += speech.said.length * CLIENTS;
    returns += crowd.travellers.reduce((sum, traveller) => sum + traveller.returns.length, 0);
    for (const { client } of [...crowd.travellers, speech.speaker]) client.close();
  }
  return { seeds: TIMES, clients: TIMES * CLIENTS, returns, events };
}
