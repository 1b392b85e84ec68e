/** One kind of cut, ten times: who hears a steady speech is cut off in the middle of it, comes back, and has missed nothing. */
import { census, type Person } from './census';
import { type ConnectOptions, Crowd } from './crowd';
import type { Counted } from './scenario';
import { Speech } from './speech';
import type { World } from './world';

const TIMES = 10;
const CLIENTS = 5;

/** The crowd of each round is on the first node, and who talks, 200 a second, on the second. */
export async function tenTimes(
  world: World,
  cut: (crowd: Crowd, round: number) => Promise<void>,
  options?: ConnectOptions,
): Promise<Counted> {
  const people: Person[] = [];
  let events = 0;
  let returns = 0;
  for (let round = 0; round < TIMES; round++) {
    for (const { client } of people) client.close();
    const crowd = await Crowd.enter(world, world.node(0), CLIENTS, options);
    const speech = await Speech.on(world, world.node(1));
    people.push(...crowd.travellers, speech.speaker);
    await speech.more(20 + world.chance.below(60));
    await cut(crowd, round);
    await speech.more(20 + world.chance.below(60));
    await crowd.heard(await speech.stop());
    events += speech.said.length * CLIENTS;
    returns += crowd.travellers.reduce((sum, traveller) => sum + traveller.returns.length, 0);
  }
  await census(world, people);
  return { rounds: TIMES, clients: TIMES * CLIENTS, returns, events };
}
