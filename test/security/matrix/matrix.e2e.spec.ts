/** Who may do what: every command and every route, asked for by everybody who may ask, on a real server. */
import { documentedRoutes, routesOf } from '../../support/routes';
import { closeClients } from '../../support/client';
import { gaps } from './coverage';
import { ROWS } from './rows';
import { Stage } from './stage';

/** The pages of the documents: the same for everybody, and nothing of anybody in them. */
const DOCUMENTS = /^GET \/(readme|docs(\/.*)?)?$/;

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
}, 120_000);
afterAll(async () => {
  closeClients();
  await stage.close();
});

it('every route has a row, and no other', async () => {
  const known = routesOf(stage.server).map((route) => route.replace(/:(\w+)/g, '{$1}'));
  const routes = new Set([...known, ...(await documentedRoutes(stage.server))]);
  expect(
    gaps(
      'route',
      [...routes].filter((route) => !DOCUMENTS.test(route)),
    ),
  ).toEqual([]);
});

it.each(ROWS.map((row) => [row.name, row] as const))(
  '%s',
  async (_, row) => {
    expect(await stage.play(row)).toEqual([]);
  },
  120_000,
);

it('no event tells anybody but administrators the login of somebody else', async () => {
  expect(await stage.leakedLogins()).toEqual([]);
});
