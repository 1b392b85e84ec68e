/** What the playground points out by itself: turns, duels, announcements, and a character that is played elsewhere. */
import type { Browser, Locator } from 'playwright-core';
import { launchChromium } from '../support/browser/chromium';
import { type PlaygroundServer, startPlaygroundServer } from '../support/browser/playground-server';
import { PlaygroundVisitor } from '../support/browser/playground-visitor';
import { Visitors } from '../support/browser/visitors';
import { accessibilityFindings } from '../support/browser/watched-page';
import { registerAdmin } from '../support/clients/client';
import { callApi } from '../support/clients/http';

// Several browsers and a server take their time on a small machine.
jest.setTimeout(240_000);

const UUID = /[0-9a-f]{8}-[0-9a-f-]{27}/;

let server: PlaygroundServer;
let browser: Browser;
const visitors = Visitors.use();

beforeAll(async () => {
  [server, browser] = await Promise.all([startPlaygroundServer({ ADMIN_USERS: 'boss' }), launchChromium()]);
}, 120_000);
afterAll(async () => {
  await browser.close();
  await server.close();
});

async function visit(): Promise<[visitor: PlaygroundVisitor, name: string]> {
  const visitor = await visitors.add(PlaygroundVisitor.open(browser, server.url));
  return [visitor, await visitor.playAsGuest()];
}

const toast = ({ page }: PlaygroundVisitor, hasText: string | RegExp): Locator => page.locator('.toast', { hasText });
const fightTab = ({ page }: PlaygroundVisitor, name: string): Locator => page.getByRole('tab', { name, exact: true });
const turnNotice = ({ page }: PlaygroundVisitor): Locator =>
  page.locator('[aria-live=polite]').getByText('Your turn', { exact: true });

it('fight: a challenge, a duel and the own turn are noticed from another panel, and watching can be ended', async () => {
  const [[anna], [ben, bensName], [cara]] = [await visit(), await visit(), await visit()];
  await anna.choose(bensName);
  await anna.button('Challenge').click();
  await toast(ben, 'challenges you to a duel').waitFor();
  await fightTab(ben, 'Fight, 1 new').click();
  await ben.button('Accept').click();
  await ben.showPanel('Chat');
  await Promise.all([anna, ben].map((visitor) => toast(visitor, 'The duel begins').waitFor()));
  const acting = await Promise.any(
    [anna, ben].map(async (visitor) => {
      await turnNotice(visitor).waitFor();
      return visitor;
    }),
  );
  await acting.showPanel('Chat');
  // A turn ends after a while; the other player's begins then.
  const tabs = [anna, ben].map((visitor) => fightTab(visitor, 'Fight, 1 new').waitFor());
  await Promise.any(tabs);

  // As on a page that is not served over HTTPS.
  await anna.page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })");
  await anna.showPanel('Fight');
  await anna.button('Copy id to watch').click();
  const note = await toast(anna, 'does not let this page copy').innerText();
  const [id = ''] = UUID.exec(note) ?? [];
  await cara.showPanel('Fight');
  await cara.page.getByLabel('Id of a fight to watch').fill(id);
  await cara.button('Watch').click();
  await cara.page.getByRole('heading', { name: /^Round / }).waitFor();
  expect(await anna.button('Stop watching').count()).toBe(0);
  await cara.button('Stop watching').click();
  await cara.page.getByRole('heading', { name: 'Attack' }).waitFor();
  await cara.page.getByLabel('Id of a fight to watch').waitFor();
});

it('two windows: the one whose character was taken over says so until it plays again', async () => {
  const [anna, name] = await visit();
  const other = await anna.page.context().newPage();
  await other.goto(server.url);
  await other.getByRole('button', { name: new RegExp(name) }).click();
  await other.locator('#world').waitFor();
  await anna.page.getByText('Another window plays this character now.').waitFor();
  expect(await accessibilityFindings(anna.page, 'taken over')).toEqual([]);
  await anna.button('Play here again').click();
  await anna.button('Play here again').waitFor({ state: 'detached' });
  await other.getByRole('button', { name: 'Play here again' }).waitFor();
  await anna.say('here again');
  await anna.page.locator('.chat-line', { hasText: 'here again' }).waitFor();
});

it('announcement: it names its level, keeps its lines, and stays until it is dismissed', async () => {
  const [anna] = await visit();
  const { accessToken: token } = await registerAdmin(server.origin);
  const body = { target: 'all', level: 'warning', message: 'Maintenance at eight.\nIt takes an hour.' };
  expect((await callApi(server.origin, 'POST', '/api/admin/broadcasts', { token, body })).status).toBe(201);
  const announcement = toast(anna, 'Announcement (warning)');
  await announcement.waitFor();
  expect(await announcement.innerText()).toContain('Maintenance at eight.\nIt takes an hour.');
  expect(await accessibilityFindings(anna.page, 'announcement')).toEqual([]);
  // Of the short messages only the latest three are shown.
  await anna.showPanel('Fight');
  await anna.page.getByLabel('Id of a fight to watch').fill('no fight');
  for (let attempt = 0; attempt < 4; attempt += 1) await anna.button('Watch').click();
  await anna.page.locator('.toast:not(.is-lasting)').nth(2).waitFor();
  expect(await announcement.isVisible()).toBe(true);
  await announcement.getByRole('button', { name: 'Dismiss' }).click();
  await announcement.waitFor({ state: 'detached' });
});
