/** The authorisation matrix: every command and every route, called by every kind of caller on a real server. */
import { documentedRoutes, routesOf } from '../../support/servers/routes';
import { closeClients } from '../../support/clients/client';
import { rowGaps } from './coverage';
import { ROWS } from './rows';
import { MatrixRunner } from './matrix-runner';

/** Documentation pages, which are the same for every client and contain no user data. */
const DOCUMENTS = /^GET \/(readme|docs(\/.*)?)?$/;

let stage: MatrixRunner;
beforeAll(async () => {
  stage = await MatrixRunner.open();
}, 120_000);
afterAll(async () => {
  closeClients();
  await stage.close();
});

it('every route has a row, and every row has a route', async () => {
  const known = routesOf(stage.server).map((route) => route.replace(/:(\w+)/g, '{$1}'));
  const routes = new Set([...known, ...(await documentedRoutes(stage.server))]);
  expect(
    rowGaps(
      'route',
      [...routes].filter((route) => !DOCUMENTS.test(route)),
    ),
  ).toEqual([]);
});

it.each(ROWS.map((row) => [row.name, row] as const))(
  '%s: answers every caller as the matrix states',
  async (_, row) => {
    expect(await stage.checkRow(row)).toEqual([]);
  },
  120_000,
);

it('no event reveals the login of another user to an actor other than the administrator', async () => {
  expect(await stage.leakedLogins()).toEqual([]);
});
