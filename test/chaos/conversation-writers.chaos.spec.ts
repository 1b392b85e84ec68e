/**
 * One conversation of 32 writers, on two nodes and over HTTP, while connections break, one node is killed between a commit
 * and telling of it, and one anywhere: what was acknowledged is there once, nothing is missing, and every reader has it.
 */
import { after } from './support/breaking';
import { type Counted, scenario, type Setting } from './support/scenario';
import { ENVIRONMENT, Writing } from './support/writing';

const ROUNDS = Number(process.env['CHAOS_ROUNDS'] ?? 20);
const SETTING: Setting = {
  nodes: ['west', 'east'],
  environment: ENVIRONMENT,
  application: 'doomed',
  ungated: true,
  limitMs: 900_000,
};

scenario('writers in one conversation', SETTING, async (world) => {
  const writing = await Writing.begin(world, { sockets: 8, http: 8, readers: 2 });
  const sum: Counted = { seeds: ROUNDS };
  for (let round = 0; round < ROUNDS; round++) {
    const chance = world.chance.another(round);
    const counted = await writing.round(chance, async (goOn, written) => {
      const disturbing = writing.disturb(chance, goOn, written);
      const [first, second] = [chance.pick(world.nodes), chance.pick(world.nodes)];
      const killing = async (): Promise<void> => {
        await after(10 + chance.below(40), written);
        await writing.replace(first, first.killAt('after the commit'));
        await after(10 + chance.below(40), written);
        await writing.replace(second, second.kill());
        await after(10, written);
      };
      await Promise.race([killing(), disturbing]);
    });
    for (const [what, count] of Object.entries(counted)) sum[what] = (sum[what] ?? 0) + count;
  }
  return sum;
});
