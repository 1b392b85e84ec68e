/** Each screen of the playground, wide and narrow, without a finding of axe. */
import type { Browser } from 'playwright-core';
import { launchChromium } from '../support/browser/chromium';
import { type PlaygroundServer, startPlaygroundServer } from '../support/browser/playground-server';
import { PlaygroundVisitor } from '../support/browser/playground-visitor';
import { accessibilityFindings, type ScreenSize } from '../support/browser/watched-page';

const PANELS = ['Chat', 'Messages', 'Fight', 'Around you', 'Notifications', 'Account'];

// Several browsers and a server take their time on a small machine.
jest.setTimeout(240_000);

let server: PlaygroundServer;
let browser: Browser;

beforeAll(async () => {
  [server, browser] = await Promise.all([startPlaygroundServer(), launchChromium()]);
}, 120_000);
afterAll(async () => {
  await browser.close();
  await server.close();
});

it.each<ScreenSize>(['wide', 'narrow'])('accessibility: axe finds nothing on any %s screen', async (size) => {
  const [anna, ben] = [
    await PlaygroundVisitor.open(browser, server.url, size),
    await PlaygroundVisitor.open(browser, server.url),
  ];
  const found: string[] = [];
  const check = async (screen: string): Promise<void> => {
    found.push(...(await accessibilityFindings(anna.page, screen)));
  };
  await check('start');
  await anna.button('I have an account').click();
  await check('log in');
  await anna.button('Play as guest instead').click();
  const bensName = await ben.playAsGuest();
  await anna.playAsGuest();
  await ben.say('Hello, axe');
  await anna.page.locator('.chat-line').first().waitFor();
  for (const panel of PANELS) {
    await anna.showPanel(panel);
    await check(panel);
  }
  await anna.choose(bensName);
  await check('a player with its actions');
  await anna.button('Message').click();
  await anna.write('A message');
  await anna.button('React or change').click();
  await check('a conversation');
  if (size === 'narrow') await anna.page.locator('.proof-chip').click();
  await anna.button('Drop').click();
  await anna.result(/Back in .* missed/);
  await check('the proof');
  await anna.page.reload();
  await anna.page.locator('.hero').waitFor();
  await check('a returning visitor');
  expect(found).toEqual([]);
  expect([...anna.problems, ...ben.problems]).toEqual([]);
  await Promise.all([anna.close(), ben.close()]);
});
