/** Redis is away while each node emits more than it can keep: the newest are made up for, and the others are owned up to. */
import { until } from '../support/client';
import { Crowd, type Traveller } from './support/crowd';
import { scenario } from './support/scenario';

const EACH = 3;
const SAID = 12_000;
const KEPT = 10_000;
const AT_ONCE = 500;

scenario('too much while Redis is away', { nodes: ['west', 'east'], application: 'raid' }, async (world) => {
  const crowds = await Promise.all(world.nodes.map((node) => Crowd.enter(world, node, EACH)));
  const all = crowds.flatMap(({ travellers }) => travellers);
  await Promise.all(world.nodes.map(({ redisGate }) => redisGate.shut()));
  await Promise.all(world.nodes.map((node) => node.is('degraded')));
  const words = world.nodes.map((_, index) => numbers(index * SAID, SAID));
  await Promise.all(
    world.nodes.map(async (node, index) => {
      const mine = words[index] ?? [];
      for (let at = 0; at < SAID; at += AT_ONCE)
        await node.obey({
          say: mine.slice(at, at + AT_ONCE).map((n) => ({ to: [], event: 'camp:word', payload: { n } })),
        });
    }),
  );
  for (const [index, { travellers }] of crowds.entries()) {
    await until(() => travellers.every((each) => heard(each).length === SAID), 'all words of the own node', 30_000);
    for (const each of travellers) expect(heard(each)).toEqual(words[index]);
  }
  await Promise.all(world.nodes.map(({ redisGate }) => redisGate.open()));
  await until(() => all.every(({ client }) => client.all('system:resync').length > 0), 'all are told', 30_000);
  await until(() => all.every(({ client }) => client.all('system:recoverable').length > 0), 'recoverable', 30_000);
  for (const [index, { travellers }] of crowds.entries()) {
    const newest = words[1 - index]?.slice(-KEPT) ?? [];
    await until(() => travellers.every((each) => heard(each).at(-1) === newest.at(-1)), 'the newest word', 30_000);
    for (const each of travellers) {
      expect(each.client.all('system:resync').map(({ reason }) => reason)).toEqual(['lost']);
      expect(heard(each).slice(SAID)).toEqual(newest);
      expect(each.returns).toEqual([]);
    }
  }
  for (const { gate } of crowds) gate.cut();
  await Promise.all(crowds.map((crowd) => crowd.back()));
  const last = 2 * SAID;
  await world.node(0).obey({ say: [{ to: [], event: 'camp:word', payload: { n: last } }] });
  await until(() => all.every((each) => heard(each).at(-1) === last), 'the word afterwards');
  for (const each of all) {
    expect(each.returns).toEqual([true]);
    expect(heard(each).length).toBe(SAID + KEPT + 1);
  }
  return { clients: all.length, said: 2 * SAID, kept: 2 * KEPT };
});

const numbers = (from: number, count: number): number[] => Array.from({ length: count }, (_, index) => from + index);
const heard = ({ client }: Traveller): number[] => client.all('camp:word').map(({ n }) => n);
