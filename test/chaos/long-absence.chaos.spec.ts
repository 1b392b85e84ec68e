/** 20,000 events while somebody is away, from many speakers at once: all of them come, once, in the order everybody heard. */
import { burst } from './support/burst';
import { Crowd, textsOf } from './support/crowd';
import { scenario } from './support/scenario';

const EVENTS = 20_000;
const SPEAKERS = 8;
const CLIENTS = 3;

scenario('20,000 events while away', { nodes: ['west', 'east'] }, async (world) => {
  const speakers = (await Promise.all(world.nodes.map((node) => world.joinMany(node, SPEAKERS / 2)))).flat();
  const crowd = await Crowd.enter(world, world.node(0), CLIENTS);
  const [listener] = (await Crowd.enter(world, world.node(1), 1)).travellers;
  if (!listener) throw new Error('nobody listens');
  crowd.keepAway({ halfOpen: world.chance.pick([true, false]) });
  const said = await Promise.all(speakers.map((speaker) => burst(speaker, EVENTS / SPEAKERS)));
  crowd.lead(world.chance.pick(world.nodes));
  await crowd.back();
  const [last] = await burst(speakers[0] ?? listener, 1);
  await listener.client.event('chat:message', ({ text }) => text === last, 120_000);
  const heard = textsOf(listener);
  expect(heard.length).toBe(EVENTS + 1);
  expect([...heard].sort()).toEqual([...said.flat(), last].sort());
  await crowd.heard(heard, [true]);
  return { clients: CLIENTS, events: EVENTS };
});
