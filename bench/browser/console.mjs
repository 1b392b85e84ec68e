// Measures what an open console costs a server with many connections, and how long its frames take:
// `CONNECTIONS=10000 taskset -c 1 node bench/browser/console.mjs`.
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { runConcurrently } from '../load/concurrency.mjs';
import { seedCharacters } from '../load/seeded-characters.mjs';
import { withPostgres } from '../support/postgres.mjs';
import { withServers } from '../support/with-servers.mjs';
import { post } from '../../scripts/demo/client.mjs';
import { launch, lineOf, openPage, takeFrames } from './support/visit.mjs';

const CONNECTIONS = Number(process.env.CONNECTIONS ?? 10_000);
const WINDOW_MS = Number(process.env.WINDOW_MS ?? 60_000);
const PAIRS = 3;
const CONCURRENCY = 50;
const SETTLING_MS = 5_000;
const BOSS = { username: 'boss', password: 'correct horse battery' };

async function createAdministrator(url, databaseUrl) {
  await post(url, '/api/auth/register', BOSS);
  const database = new pg.Client({ connectionString: databaseUrl });
  await database.connect();
  await database.query(`update accounts set roles = '{player,admin}' where name_key = $1`, [BOSS.username]);
  await database.end();
}

async function openConsole(browser, url) {
  const { context, page } = await openPage(browser, `${url}/admin`);
  await page.getByLabel('Username').fill(BOSS.username);
  await page.getByLabel('Password').fill(BOSS.password);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  return { context, page };
}

/** Share of a core that the server is busy. */
async function busyOf(stage) {
  const end = stage.meter();
  await delay(WINDOW_MS);
  return end().busy;
}

async function measure(stage, databaseUrl) {
  const [url] = stage.urls;
  const places = Array.from({ length: CONNECTIONS }, () => ({ x: 100, y: 100 }));
  await seedCharacters(databaseUrl, 'starting_village', places);
  await createAdministrator(url, databaseUrl);
  const clients = [];
  await runConcurrently(CONNECTIONS, CONCURRENCY, async (n) => clients.push(await stage.Client.connect(url, n)));
  console.log(`${clients.length} connections`);
  const browser = await launch();
  const costs = [];
  for (let pair = 1; pair <= PAIRS; pair++) {
    await delay(SETTLING_MS);
    const without = await busyOf(stage);
    const { context, page } = await openConsole(browser, url);
    await delay(SETTLING_MS);
    await takeFrames(page);
    const beside = await busyOf(stage);
    const { work } = await takeFrames(page);
    await page.screenshot({ path: process.env.SCREENSHOT ?? '/tmp/console.png' });
    await context.close();
    costs.push(beside - without);
    const percent = (share) => `${(100 * share).toFixed(2)} %`;
    console.log(
      `server ${percent(without)} of a core without the console, ${percent(beside)} with it: ${percent(beside - without)}; frame ${lineOf(work)}`,
    );
  }
  await browser.close();
  const [, median] = costs.toSorted((one, other) => one - other);
  console.log(`the console costs the server ${(100 * median).toFixed(2)} % of a core at ${CONNECTIONS} connections`);
  for (const client of clients) client.drop();
}

await withPostgres((database) =>
  withServers('product', { settings: { DATABASE_URL: database.url, LIMITS: 'off' } }, (stage) =>
    measure(stage, database.url),
  ),
);
process.exit();
