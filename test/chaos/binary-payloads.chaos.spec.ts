/** Bytes and plain words alternate while connections break and nodes die: all arrive equal, once and in order. */
import { Camps, campRoom } from './support/camps';
import { Crowd } from './support/crowd';
import { scenario } from './support/scenario';
import type { Chance } from './support/seed';

const CLIENTS = 4;
const CUTS = ['soft', 'soft', 'kill', 'soft', 'soft', 'kill', 'soft'] as const;
const MOST_BYTES = 20_000;

scenario('binary payloads', { nodes: ['west', 'east'], application: 'raid' }, async (world) => {
  const [west, east] = [world.node(0), world.node(1)];
  const crowd = await Crowd.enter(world, west, CLIENTS);
  const camps = new Camps(world, crowd.travellers);
  for (const each of crowd.travellers) await camps.move(each, 'hill');
  const speak = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++)
      await camps.say(1, [campRoom('hill')], [], i % 2 === 0 ? undefined : bytes(world.chance));
  };
  for (const [time, cut] of CUTS.entries()) {
    await speak(world.chance.below(40));
    const saying = speak(40);
    crowd.lead(cut === 'kill' ? east : west);
    if (cut === 'kill') {
      await west.kill();
      crowd.gate.cut();
      await west.restart();
    } else crowd.gate.cut({ halfOpen: world.chance.below(2) === 0 });
    await crowd.back(time + 1);
    await saying;
  }
  await camps.heard();
  for (const { returns } of crowd.travellers) expect(returns).toEqual(CUTS.map(() => true));
  return { clients: CLIENTS, cuts: CUTS.length, words: camps.words };
});

/** One to three attachments; an empty one is one too. */
function bytes(chance: Chance): Buffer[] {
  return Array.from({ length: 1 + chance.below(3) }, () => {
    const made = Buffer.alloc(chance.below(MOST_BYTES));
    for (let i = 0; i < made.length; i++) made[i] = chance.below(256);
    return made;
  });
}
