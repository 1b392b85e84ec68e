/** Another user logs in in the same browser, as an administrator does for the console: the visitor leaves, the other stays. */
import type { Browser } from 'playwright-core';
import { launchChromium } from '../support/browser/chromium';
import { type PlaygroundServer, startPlaygroundServer } from '../support/browser/playground-server';
import { PlaygroundVisitor } from '../support/browser/playground-visitor';

// A browser and a server take their time on a small machine.
jest.setTimeout(240_000);

let server: PlaygroundServer;
let browser: Browser;

beforeAll(async () => {
  // The page asks for a new access token before each connection.
  [server, browser] = await Promise.all([startPlaygroundServer({ ACCESS_TOKEN_TTL: '25s' }), launchChromium()]);
}, 120_000);
afterAll(async () => {
  await browser.close();
  await server.close();
});

it('playground: after another login in the same browser the visitor leaves, and the other session goes on', async () => {
  const anna = await PlaygroundVisitor.open(browser, server.url);
  await anna.playAsGuest();
  const { request } = anna.page.context();
  const options = { headers: { origin: server.origin }, data: {} };
  const other = (await (await request.post(`${server.origin}/api/auth/guest`, options)).json()) as SessionAnswer;
  await anna.button('Drop').click();
  await anna.page.locator('.toast', { hasText: 'Another account has logged in' }).waitFor();
  await anna.button('Play as guest').waitFor();
  const answer = await request.post(`${server.origin}/api/auth/refresh`, options);
  expect(answer.status()).toBe(200);
  expect(((await answer.json()) as SessionAnswer).user.id).toBe(other.user.id);
  expect(anna.problems).toEqual([]);
  await anna.close();
});

interface SessionAnswer {
  readonly user: { readonly id: string };
}
