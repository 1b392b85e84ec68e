/** Clients that are away are evicted and admitted by either node: each hears what was said in its rooms while it was in them. */
import { until } from '../support/client';
import { campRoom, Camps } from './support/camps';
import { Crowd } from './support/crowd';
import { type Counted, scenario } from './support/scenario';
import type { Chance } from './support/seed';
import type { World } from './support/world';

const CLIENTS = 5;
const TIMES = 5;
const CAMPS = ['hill', 'ford', 'wood', 'moor'];
const SETTING = { nodes: ['west', 'east'], application: 'raid' } as const;

scenario('moved once while away', SETTING, (world) => moveWhileAway(world, CAMPS));
// A room that was left and entered again, and one that was entered for a while.
scenario('moved to and fro while away', SETTING, (world) => moveWhileAway(world, [...CAMPS, ...CAMPS, ...CAMPS]));

/** In each absence each is moved by a step for each of these, in another order for each. */
async function moveWhileAway(world: World, steps: readonly string[]): Promise<Counted> {
  const { chance } = world;
  const [crowd, observers] = await Promise.all([
    Crowd.enter(world, world.node(0), CLIENTS),
    Promise.all(world.nodes.map((node) => world.join(node))),
  ]);
  const camps = new Camps(world, crowd.travellers);
  for (const each of crowd.travellers)
    for (const camp of CAMPS) if (chance.below(2) === 0) await camps.move(each, camp);
  let moves = 0;
  for (let time = 1; time <= TIMES; time++) {
    await camps.settled();
    await crowd.gate.shut();
    await until(() => crowd.travellers.every(({ client }) => !client.socket.connected), 'they are away');
    // One that is still connected for its node obeys another way.
    await until(async () => (await connections()) === observers.length, 'the node has noticed');
    const ways = crowd.travellers.map(() => shuffled(steps, chance));
    for (const step of steps.keys()) {
      const node = chance.below(2);
      for (const [index, each] of crowd.travellers.entries()) {
        const camp = ways[index]?.[step] ?? '';
        const into = !camps.isIn(each, camp);
        const room = campRoom(camp);
        await world.node(node).obey(into ? { admit: each.id, room } : { evict: each.id, room });
        camps.moved(each, camp, into);
        moves++;
      }
      let last = 0;
      for (const camp of CAMPS) last = await camps.say(node, [campRoom(camp)]);
      last = await camps.say(node, []);
      // Only words of one node come in the order said: the other one goes on when it has heard them.
      for (const { client } of observers)
        await until(() => client.all('camp:word').some(({ n }) => n === last), 'both nodes have heard it');
    }
    crowd.lead(chance.pick(world.nodes));
    await crowd.gate.open();
    await crowd.back(time);
    for (const camp of CAMPS) await camps.say(chance.below(2), [campRoom(camp)]);
  }
  await camps.heard();
  for (const { returns } of crowd.travellers) expect(returns).toEqual(Array.from({ length: TIMES }, () => true));
  return { clients: CLIENTS, moves, words: camps.words };

  async function connections(): Promise<number> {
    const figures = await Promise.all(world.nodes.map((node) => node.figures()));
    return figures.reduce((sum, { connections: { total } }) => sum + total, 0);
  }
}

function shuffled<T>(items: readonly T[], chance: Chance): T[] {
  const left = [...items];
  return items.flatMap(() => left.splice(chance.below(left.length), 1));
}
