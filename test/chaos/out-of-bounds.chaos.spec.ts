/** Who is away for too long, or has missed too much, starts afresh: told so, without a word of the old, and never with a gap. */
import { until } from '../support/client';
import { burst } from './support/burst';
import { Crowd, sessionOf, textsOf } from './support/crowd';
import { scenario } from './support/scenario';

const nodes = ['west', 'east'];
const CLIENTS = 5;
const MAX_EVENTS = 100;

scenario('the window has passed', { nodes, environment: { RECOVERY_WINDOW_MS: '1000' } }, async (world) => {
  const speaker = await world.join(world.node(1));
  const crowd = await Crowd.enter(world, world.node(0), CLIENTS);
  const before = await burst(speaker, 20);
  await crowd.heard(before, []);
  const pids = crowd.travellers.map((traveller) => sessionOf(traveller).pid);
  crowd.keepAway();
  await burst(speaker, 40);
  const kept = async (): Promise<number> =>
    (await Promise.all(pids.map((pid) => world.probe.keys(`*:s:${pid}`)))).flat().length;
  await until(async () => (await kept()) === 0, 'the sessions have ended');
  crowd.lead(world.chance.pick(world.nodes));
  await crowd.back();
  for (const { client } of crowd.travellers) await until(() => client.all('system:sync').length === 2, 'a second sync');
  await crowd.heard([...before, ...(await burst(speaker, 20))], [false]);
  for (const { client } of crowd.travellers)
    expect(client.all('system:connected').map(({ recovered }) => recovered)).toEqual([false, false]);
  return { clients: CLIENTS };
});

scenario(
  'the bound of the history',
  { nodes, environment: { RECOVERY_MAX_EVENTS: `${MAX_EVENTS}` } },
  async (world) => {
    const counted = { whole: 0, afresh: 0 };
    const speaker = await world.join(world.node(1));
    const listeners = [speaker, await world.join(world.node(0))];
    // At the bound all is there; well beyond it certainly not; in between it is one or the other, whole.
    const within = [1 + world.chance.below(MAX_EVENTS), MAX_EVENTS];
    const near = Array.from({ length: 6 }, () => MAX_EVENTS + 1 + world.chance.below(2 * MAX_EVENTS));
    for (const missing of [...within, ...near, 5 * MAX_EVENTS]) {
      const crowd = await Crowd.enter(world, world.node(0), CLIENTS);
      const before = await burst(speaker, 20);
      await crowd.heard(before, []);
      crowd.keepAway({ halfOpen: world.chance.pick([true, false]) });
      const missed = await burst(speaker, missing);
      // What is still on its way to a node is rightly heard by who comes to that afresh.
      for (const { client } of listeners) await client.event('chat:message', ({ text }) => text === missed.at(-1));
      crowd.lead(world.chance.pick(world.nodes));
      await crowd.back();
      const after = await burst(speaker, 20);
      for (const traveller of crowd.travellers) {
        await traveller.client.event('chat:message', ({ text }) => text === after.at(-1));
        const [recovered] = traveller.returns;
        expect(traveller.returns.length).toBe(1);
        if (missing <= MAX_EVENTS || missing > 3 * MAX_EVENTS) expect(recovered).toBe(missing <= MAX_EVENTS);
        expect(textsOf(traveller)).toEqual(recovered ? [...before, ...missed, ...after] : [...before, ...after]);
        // It is put together while words come in already.
        const syncs = (): number => traveller.client.all('system:sync').length;
        if (!recovered) await until(() => syncs() === 2, 'a second sync');
        expect(syncs()).toBe(recovered ? 1 : 2);
        counted[recovered ? 'whole' : 'afresh']++;
      }
    }
    return counted;
  },
);
