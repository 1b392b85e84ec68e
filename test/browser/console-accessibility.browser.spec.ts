/** Each view of the console, wide and narrow, without a finding of axe. */
import type { Browser } from 'playwright-core';
import { launchChromium } from '../support/browser/chromium';
import { ConsoleVisitor } from '../support/browser/console-visitor';
import { type PlaygroundServer, startPlaygroundServer } from '../support/browser/playground-server';
import { accessibilityFindings, type ScreenSize } from '../support/browser/watched-page';
import { connect, type Player, registerAdmin } from '../support/clients/client';

// A browser and a server take their time on a small machine.
jest.setTimeout(240_000);

let server: PlaygroundServer;
let browser: Browser;
let boss: Player;

beforeAll(async () => {
  [server, browser] = await Promise.all([startPlaygroundServer({ ADMIN_USERS: 'boss' }), launchChromium()]);
  boss = await registerAdmin(server.origin);
}, 120_000);
afterAll(async () => {
  await browser.close();
  await server.close();
});

it.each<ScreenSize>(['wide', 'narrow'])('accessibility: axe finds nothing on any %s view', async (size) => {
  const admin = await ConsoleVisitor.open(browser, server.origin, size);
  const found: string[] = [];
  const check = async (view: string): Promise<void> => {
    found.push(...(await accessibilityFindings(admin.page, view)));
  };
  await check('log in');
  await admin.button('Register the first administrator').click();
  await check('the registration of the first administrator');
  await admin.button('Log in instead').click();
  await admin.logIn(boss);
  const { socket } = await connect(server.origin, boss.accessToken);
  await admin.page.locator('.plot canvas').first().waitFor();
  await check('Overview');
  for (const view of ['Nodes', 'Connections', 'Rooms', 'Fights', 'Broadcasts', 'Audit log', 'Limits']) {
    await admin.show(view);
    await admin.page.waitForLoadState('networkidle');
    await check(view);
  }
  await admin.showPerson(boss.name);
  await admin.button('Change roles').waitFor();
  await check('a person');
  await admin.button('Disconnect').click();
  await check('a dialog');
  socket.close();
  expect(found).toEqual([]);
  expect(admin.problems).toEqual([]);
  await admin.close();
});
