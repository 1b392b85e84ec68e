/** Emits to several rooms at once with exceptions, while clients are cut off, enter and leave: each has what a model says. */
import { campRoom, Camps } from './support/camps';
import { Crowd } from './support/crowd';
import { scenario } from './support/scenario';
import type { Chance } from './support/seed';

const EACH = 4;
const ROUNDS = 12;
const WORDS = 30;
const CAMPS = ['a', 'b', 'c', 'd', 'e', 'f'];

scenario('several rooms and exceptions', { nodes: ['west', 'east'], application: 'raid' }, async (world) => {
  const { chance } = world;
  const crowds = await Promise.all(world.nodes.map((node) => Crowd.enter(world, node, EACH)));
  const camps = new Camps(
    world,
    crowds.flatMap(({ travellers }) => travellers),
  );
  for (const each of camps.travellers)
    for (const camp of CAMPS) if (chance.below(2) === 0) await camps.move(each, camp);
  let cuts = 0;
  const returns = crowds.map(() => 0);
  for (let round = 0; round < ROUNDS; round++) {
    await camps.settled();
    // What is said to a room while somebody enters it may or may not be for him: those rooms are silent for a while.
    const [silent, spoken] = split(CAMPS, chance);
    const cut = chance.below(crowds.length);
    const crowd = crowds[cut];
    const moving = (crowds[1 - cut]?.travellers ?? []).map(async (each) => {
      for (const camp of silent) if (chance.below(2) === 0) await camps.move(each, camp);
    });
    for (let word = 0; word < WORDS; word++) {
      if (word === WORDS / 2) {
        crowd?.lead(chance.pick(world.nodes));
        crowd?.gate.cut({ halfOpen: chance.below(2) === 0 });
        cuts += EACH;
        returns[cut]!++;
      }
      const to = some(spoken, 1 + chance.below(3), chance);
      const except = some(spoken, chance.below(3), chance);
      const socket = chance.pick(camps.travellers).client.socket.id;
      await camps.say(
        chance.below(2),
        to,
        chance.below(4) === 0 && socket !== undefined ? [...except, socket] : except,
      );
    }
    await Promise.all(moving);
    await crowd?.back(returns[cut]);
  }
  await camps.heard();
  for (const { travellers } of crowds)
    for (const each of travellers) expect(each.returns.filter((recovered) => !recovered)).toEqual([]);
  return { clients: camps.travellers.length, cuts, words: camps.words };
});

function split(camps: readonly string[], chance: Chance): [string[], string[]] {
  const silent = new Set([chance.pick(camps), chance.pick(camps)]);
  return [[...silent], camps.filter((camp) => !silent.has(camp))];
}

function some(camps: readonly string[], count: number, chance: Chance): string[] {
  return [...new Set(Array.from({ length: count }, () => campRoom(chance.pick(camps))))];
}
