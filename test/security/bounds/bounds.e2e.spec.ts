/** The largest request of every command and every route, on a server that is filled to its bounds. */
import { COMMANDS } from '@aeturnis/contracts';
import { closeClients } from '../../support/clients/client';
import { documentedRoutes } from '../../support/servers/routes';
import type { Bound } from './bound';
import { duplicateBounds, boundGaps } from './coverage';
import { BOUNDS } from './bounds';
import { BoundTrial } from './bound-trial';
import { exceededFigures } from './exceeded-figures';
import { BoundsWorld } from './bounds-world';

/** Documentation pages, which are rendered once and are the same for every client. */
const DOCUMENTS = /^GET \/(readme|docs(\/.*|-.*)?)?$/;

let world: BoundsWorld;
beforeAll(async () => {
  world = await BoundsWorld.open();
}, 120_000);
afterAll(async () => {
  closeClients();
  await world.close();
});

it('every command has a bound, and every bound has a command', () => {
  const commands = COMMANDS.map(({ name }) => name);
  expect([...boundGaps('command', commands), ...duplicateBounds()]).toEqual([]);
});

it('every route has a bound, and every bound has a route', async () => {
  const known = (await world.node.routes()).map((route) => route.replace(/:(\w+)/g, '{$1}'));
  const routes = [...new Set([...known, ...(await documentedRoutes(world))])].filter((route) => !DOCUMENTS.test(route));
  expect(boundGaps('route', routes)).toEqual([]);
});

describe.each(BOUNDS.map((bound) => [bound.name, bound] as [string, Bound]))('%s', (_, bound) => {
  it('stays within its bounds on a server that is filled to them', async () => {
    const outcome = await new BoundTrial(world).run(bound);
    expect(exceededFigures(bound, outcome)).toEqual([]);
  }, 120_000);

  const { beyond = [] } = bound;
  for (const excess of beyond)
    it(`refuses ${excess.what} and changes nothing`, async () => {
      expect(await new BoundTrial(world).runBeyond(bound, excess)).toEqual([]);
    }, 60_000);
});
