/** Who connects to a node, or enters a room, while Redis is away hears what is said from then on, and nothing older later. */
import { until } from '../support/client';
import { campRoom } from './support/camps';
import { Crowd, type Traveller } from './support/crowd';
import { scenario } from './support/scenario';

const EACH = 3;
const WORDS = 20;

scenario('newcomers while Redis is away', { nodes: ['west', 'east'], application: 'raid' }, async (world) => {
  const west = world.node(0);
  const [old, far] = await Promise.all([Crowd.enter(world, west, EACH), Crowd.enter(world, world.node(1), EACH)]);
  const enter = (crowd: Crowd): Promise<unknown> =>
    Promise.all(crowd.travellers.map(({ client }) => client.send('camp:enter', { camp: 'hill' })));
  await Promise.all([enter(old), enter(far)]);
  let last = 0;
  const say = async (): Promise<void> => {
    const say = Array.from({ length: WORDS }, () => {
      // To everybody and to a room in turn.
      const to = ++last % 2 === 0 ? [] : [campRoom('hill')];
      return { to, event: 'camp:word', payload: { n: last } };
    });
    await west.obey({ say });
  };
  await Promise.all(world.nodes.map(({ redisGate }) => redisGate.shut()));
  await say();
  await until(() => old.travellers.every((each) => heard(each).length === WORDS), 'words of the node alone');
  const newcomers = await Crowd.enter(world, west, EACH);
  await enter(newcomers);
  await say();
  const here = [...old.travellers, ...newcomers.travellers];
  await until(() => here.every((each) => heard(each).at(-1) === last), 'all on the node hear');
  await Promise.all(world.nodes.map(({ redisGate }) => redisGate.open()));
  await Promise.all(world.nodes.map((node) => node.is('ok')));
  await until(() => far.travellers.every((each) => heard(each).at(-1) === last), 'the other node hears');
  await say();
  const all = [...here, ...far.travellers];
  await until(() => all.every((each) => heard(each).at(-1) === last), 'all hear together');
  for (const each of [...old.travellers, ...far.travellers]) expect(heard(each)).toEqual(upTo(last));
  for (const each of newcomers.travellers) expect(heard(each)).toEqual(upTo(last).slice(WORDS));
  return { clients: all.length, words: last };
});

const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);
const heard = ({ client }: Traveller): number[] => client.all('camp:word').map(({ n }) => n);
