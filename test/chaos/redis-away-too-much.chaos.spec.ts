/** Redis is away while each node emits more than it can keep: the newest are made up for, and the others are owned up to. */
import { until } from '../support/client';
import { campRoom } from './support/camps';
import { Crowd, recoverableAgain, type Traveller } from './support/crowd';
import { type Counted, scenario } from './support/scenario';
import type { World } from './support/world';

const EACH = 3;
const SAID = 12_000;
const KEPT = 10_000;
const AT_ONCE = 500;

const SETTING = { nodes: ['west', 'east'], application: 'raid' } as const;

scenario('too much while Redis is away', SETTING, (world) => tooMuch(world, { patiently: true, wordFirst: true }));
// Before the nodes have begun to deliver alone.
scenario('too much at once while Redis is away', SETTING, (world) =>
  tooMuch(world, { patiently: false, wordFirst: true }),
);
// What they have heard last is older than the gap that they were told of.
scenario('a cut right after too much while Redis was away', SETTING, (world) =>
  tooMuch(world, { patiently: true, wordFirst: false }),
);

interface Way {
  patiently: boolean;
  wordFirst: boolean;
}

async function tooMuch(world: World, { patiently, wordFirst }: Way): Promise<Counted> {
  const crowds = await Promise.all(world.nodes.map((node) => Crowd.enter(world, node, EACH)));
  const all = crowds.flatMap(({ travellers }) => travellers);
  await Promise.all(world.nodes.map(({ redisGate }) => redisGate.shut()));
  await Promise.all(world.nodes.map((node) => node.is('degraded')));
  if (patiently) {
    for (const node of world.nodes) await node.obey({ admit: 'nobody', room: campRoom('hill') });
    await until(() => all.every(({ client }) => client.all('system:error').length > 0), 'all are told');
  }
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
    const last = words[index]?.at(-1);
    await until(() => travellers.every((each) => heard(each).at(-1) === last), 'the words of the own node', 30_000);
    for (const each of travellers) expect(heard(each)).toEqual(words[index]);
  }
  const again = recoverableAgain(all);
  await Promise.all(world.nodes.map(({ redisGate }) => redisGate.open()));
  await until(() => all.every(({ client }) => client.all('system:resync').length > 0), 'all are told', 30_000);
  await again();
  for (const [index, { travellers }] of crowds.entries()) {
    const newest = words[1 - index]?.slice(-KEPT) ?? [];
    await until(() => travellers.every((each) => heard(each).at(-1) === newest.at(-1)), 'the newest word', 30_000);
    for (const each of travellers) {
      expect(each.client.all('system:resync').map(({ reason }) => reason)).toEqual(['lost']);
      expect(heard(each).slice(SAID)).toEqual(newest);
      expect(each.returns).toEqual([]);
    }
  }
  let last = 2 * SAID;
  const sayOneMore = async (): Promise<void> => {
    await world.node(0).obey({ say: [{ to: [], event: 'camp:word', payload: { n: last++ } }] });
    await until(() => all.every((each) => heard(each).at(-1) === last - 1), 'the word afterwards');
  };
  if (wordFirst) await sayOneMore();
  for (const { gate } of crowds) gate.cut();
  await Promise.all(crowds.map((crowd) => crowd.back()));
  await sayOneMore();
  for (const each of all) {
    expect(each.returns).toEqual([true]);
    expect(heard(each).length).toBe(SAID + KEPT + last - 2 * SAID);
  }
  return { clients: all.length, said: 2 * SAID, kept: 2 * KEPT };
}

const numbers = (from: number, count: number): number[] => Array.from({ length: count }, (_, index) => from + index);
const heard = ({ client }: Traveller): number[] => client.all('camp:word').map(({ n }) => n);
