/** The console on a slow line: what was begun is done once, its failure is shown, and no late answer replaces a newer one. */
import type { Page, Route } from 'playwright-core';
import { useAdministeredPlayground } from '../support/browser/administered-playground';
import { ConsoleVisitor } from '../support/browser/console-visitor';
import { Visitors } from '../support/browser/visitors';
import { type Player, registerPlayer } from '../support/clients/client';

// A browser and a server take their time on a small machine.
jest.setTimeout(240_000);

/** Longer than the view of the nodes waits between two requests. */
const SLOW_ANSWER_MS = 3_000;

const playground = useAdministeredPlayground();
let anna: Player;
const visitors = Visitors.use();

beforeAll(async () => {
  anna = await registerPlayer(playground.server.origin);
});

async function logIn(): Promise<ConsoleVisitor> {
  const admin = await visitors.add(ConsoleVisitor.open(playground.browser, playground.server.origin));
  await admin.logIn(playground.boss);
  return admin;
}

interface HeldRequests {
  /** How many there were. */
  readonly count: () => number;
  readonly release: () => void;
}

/** Holds the requests of one kind back until they are released. */
async function hold(page: Page, url: string | RegExp, answer: (route: Route) => Promise<void>): Promise<HeldRequests> {
  let count = 0;
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(url, async (route) => {
    count += 1;
    await released;
    await answer(route);
  });
  return { count: () => count, release };
}

async function beginBan(admin: ConsoleVisitor): Promise<void> {
  await admin.showPerson(anna.name);
  await admin.button('Ban').click();
  await admin.dialog.getByLabel('Reason').fill('Sold gold for money');
  await admin.dialog.getByLabel(`Type ${anna.name} to confirm`).fill(anna.name);
  await admin.dialog.getByRole('button', { name: 'Ban', exact: true }).click();
  await admin.page.locator('dialog[aria-busy=true]').waitFor();
}

it('dialog: cannot be closed while its action runs, and shows why the action has failed', async () => {
  const admin = await logIn();
  const ban = await hold(admin.page, '**/api/admin/users/*/ban', (route) => route.abort());
  await beginBan(admin);
  await admin.page.keyboard.press('Escape');
  expect(await admin.dialog.getByRole('button', { name: 'Cancel' }).isDisabled()).toBe(true);
  ban.release();
  await admin.dialog.getByRole('alert').filter({ hasText: 'The server cannot be reached' }).waitFor();
  expect(await admin.dialog.getByLabel('Reason').inputValue()).toBe('Sold gold for money');
  await admin.dialog.getByRole('button', { name: 'Cancel' }).click();
  await admin.dialog.waitFor({ state: 'hidden' });
  // The browser writes the failed request to its console.
  expect(admin.takeProblems()).toHaveLength(1);
});

it('dialog: an action that fails in another view shows it in a toast, and leaves the dialog of that view open', async () => {
  const admin = await logIn();
  const ban = await hold(admin.page, '**/api/admin/users/*/ban', (route) => route.abort());
  await beginBan(admin);
  await admin.page.evaluate("location.hash = '#nodes'");
  await admin.dialog.waitFor({ state: 'hidden' });
  await admin.page.getByRole('button', { name: /^Drain / }).click();
  await admin.dialog.getByLabel('Reason').fill('A new version');
  ban.release();
  await admin.page.locator('.toast', { hasText: `Ban ${anna.name}: The server cannot be reached` }).waitFor();
  expect(await admin.dialog.getByLabel('Reason').inputValue()).toBe('A new version');
  expect(admin.takeProblems()).toHaveLength(1);
});

it('notes: a double click adds one note', async () => {
  const admin = await logIn();
  await admin.showPerson(anna.name);
  const notes = await hold(admin.page, '**/api/admin/users/*/notes', (route) => route.continue());
  await admin.page.getByLabel('New note').fill('Asks for gold');
  await admin.button('Add the note').dblclick();
  notes.release();
  await admin.page.locator('.note-text', { hasText: 'Asks for gold' }).first().waitFor();
  expect(notes.count()).toBe(1);
});

it('export: a double click exports once', async () => {
  const admin = await logIn();
  await admin.showPerson(anna.name);
  const exports = await hold(admin.page, '**/api/admin/users/*/export', (route) => route.continue());
  await admin.button('Export data').dblclick();
  const download = admin.page.waitForEvent('download');
  exports.release();
  expect((await download).suggestedFilename()).toBe(`${anna.name}.json`);
  expect(exports.count()).toBe(1);
});

it('nodes: are shown although each answer takes longer than the time between two requests', async () => {
  const admin = await logIn();
  await admin.page.route('**/api/admin/nodes', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, SLOW_ANSWER_MS));
    await route.continue();
  });
  await admin.show('Nodes');
  await admin.page.getByText('Loading …').waitFor();
  await admin.page.getByRole('button', { name: /^Drain / }).waitFor();
  await admin.page.unrouteAll({ behavior: 'ignoreErrors' });
});

it('list: a double click on the next page leads to the next page, from which one click leads back', async () => {
  const admin = await logIn();
  const fulfil = (route: Route): Promise<void> => {
    const cursor = Number(new URL(route.request().url()).searchParams.get('cursor') ?? 1);
    const user = { id: String(cursor), displayName: `User ${cursor}`, roles: [], status: 'active', isGuest: true };
    return route.fulfill({ json: { users: [user], next: String(cursor + 1) } });
  };
  await admin.page.route(/\/api\/admin\/users(\?|$)/, fulfil);
  const second = await hold(admin.page, /\/api\/admin\/users\?.*cursor=2/, fulfil);
  await admin.show('People');
  await admin.page.getByRole('link', { name: 'User 1' }).waitFor();
  await admin.button('Next page').dblclick();
  second.release();
  await admin.page.getByRole('link', { name: 'User 2' }).waitFor();
  await admin.button('Previous page').click();
  await admin.page.getByRole('link', { name: 'User 1' }).waitFor();
});
