/** The largest request of every command and every route, on a server that is filled to its bounds. */
import { COMMANDS } from '@aeturnis/contracts';
import { closeClients } from '../../support/client';
import { documentedRoutes } from '../../support/routes';
import type { Bound } from './bound';
import { doubles, gaps } from './coverage';
import { BOUNDS } from './table';
import { Trial } from './trial';
import { exceeded } from './verdict';
import { World } from './world';

/** The pages of the documents: the same for everybody, made once. */
const DOCUMENTS = /^GET \/(readme|docs(\/.*|-.*)?)?$/;

let world: World;
beforeAll(async () => {
  world = await World.open();
}, 120_000);
afterAll(async () => {
  closeClients();
  await world.close();
});

it('every command has a bound, and no other', () => {
  const commands = COMMANDS.map(({ name }) => name);
  expect([...gaps('command', commands), ...doubles()]).toEqual([]);
});

it('every route has a bound, and no other', async () => {
  const known = (await world.node.routes()).map((route) => route.replace(/:(\w+)/g, '{$1}'));
  const routes = [...new Set([...known, ...(await documentedRoutes(world))])].filter((route) => !DOCUMENTS.test(route));
  expect(gaps('route', routes)).toEqual([]);
});

describe.each(BOUNDS.map((bound) => [bound.name, bound] as [string, Bound]))('%s', (_, bound) => {
  it('keeps to its bounds when it is filled to them', async () => {
    const outcome = await new Trial(world).run(bound);
    expect(exceeded(bound, outcome)).toEqual([]);
  }, 120_000);

  const { beyond = [] } = bound;
  for (const one of beyond)
    it(`refuses ${one.what} and changes nothing`, async () => {
      expect(await new Trial(world).runBeyond(bound, one)).toEqual([]);
    }, 60_000);
});
