/** The console as administrators use it: they watch the cluster, write to players, ban one, and drain a node. */
import type { Browser } from 'playwright-core';
import { launchChromium } from '../support/browser/chromium';
import { ConsoleVisitor } from '../support/browser/console-visitor';
import { PlaygroundVisitor } from '../support/browser/playground-visitor';
import { Visitors } from '../support/browser/visitors';
import { type Player, registerAdmin, registerPlayer } from '../support/clients/client';
import { CLUSTER_START_MS, DemonstrationCluster } from '../support/servers/demonstration-cluster';

// A cluster and several browsers take their time on a small machine.
jest.setTimeout(240_000);

let cluster: DemonstrationCluster;
let browser: Browser;
let boss: Player;
const visitors = Visitors.use();

beforeAll(async () => {
  [cluster, browser] = await Promise.all([DemonstrationCluster.start({ ADMIN_USERS: 'boss' }), launchChromium()]);
  boss = await registerAdmin(cluster.url);
}, CLUSTER_START_MS);
afterAll(async () => {
  await browser.close();
  await cluster.stop();
});

const openConsole = (): Promise<ConsoleVisitor> => visitors.add(ConsoleVisitor.open(browser, cluster.url));

async function logIn(): Promise<ConsoleVisitor> {
  const admin = await openConsole();
  await admin.logIn(boss);
  return admin;
}

async function visit(): Promise<[anna: PlaygroundVisitor, userName: string]> {
  const anna = await visitors.add(PlaygroundVisitor.open(browser, `${cluster.url}/`));
  await anna.playAsGuest();
  await anna.showPanel('Account');
  return [anna, await anna.page.locator('#panel h2').innerText()];
}

it('console: an account without the role is refused, and the login of an administrator survives a reload', async () => {
  const player = await registerPlayer(cluster.url);
  const refused = await openConsole();
  await refused.submitLogin(player);
  await refused.page.getByRole('alert').filter({ hasText: 'no role admin' }).waitFor();
  // The refusal of the request is an error of the browser's console.
  expect(refused.takeProblems()).toHaveLength(1);
  await refused.logIn(boss);
  await refused.page.reload();
  await refused.heading('Overview').waitFor();
  await refused.button('Log out').click();
  await refused.button('Log in').waitFor();
});

it('console: the plots follow the connections of both nodes', async () => {
  const admin = await logIn();
  const plot = admin.page.getByRole('img', { name: /^Connections and users: connections [1-9]/ });
  await plot.waitFor();
  await admin.page.locator('.tile', { hasText: 'Nodes' }).filter({ hasText: '2' }).waitFor();
  await visit();
  await admin.page.getByRole('img', { name: /^Connections and users: connections ([2-9]|\d\d)/ }).waitFor();
});

it('console: an announcement is counted in the preview, reaches a player, and stands in the audit log', async () => {
  const [admin, [anna]] = [await logIn(), await visit()];
  await admin.show('Broadcasts');
  await admin.page.getByLabel('Message').fill('The lanterns are lit');
  await admin.page
    .getByRole('status')
    .filter({ hasText: /^[1-9]\d* users on [1-9]\d* connections/ })
    .waitFor();
  await admin.button('Send the announcement').click();
  await admin.dialog.getByText(/^[1-9]\d* users on [1-9]\d* connections/).waitFor();
  await admin.confirm('Send');
  await anna.page.locator('.toast', { hasText: 'The lanterns are lit' }).waitFor();
  await admin.show('Audit log');
  await admin.page.getByLabel('Only my own actions').check();
  await admin.page.getByRole('row').filter({ hasText: 'The lanterns are lit' }).waitFor();
});

it('console: an announcement for a zone names its zones, and none is sent to a room that does not exist', async () => {
  const [admin] = [await logIn(), await visit()];
  await admin.show('Broadcasts');
  await admin.page.getByLabel('Message').fill('The market opens');
  await admin.page.getByLabel('A zone').check();
  await admin.page.getByRole('combobox', { name: 'Zone' }).selectOption('Starting Village');
  await admin.page
    .getByRole('status')
    .filter({ hasText: /^[1-9]\d* users on/ })
    .waitFor();
  expect(await admin.button('Send the announcement').isEnabled()).toBe(true);
  await admin.page.getByLabel('A room').check();
  await admin.page.getByLabel('Name of the room').fill('no such room');
  await admin.page.locator('.preview .problem').waitFor();
  expect(await admin.button('Send the announcement').isDisabled()).toBe(true);
  // The browser writes each refused request to its console.
  expect(admin.takeProblems().filter((problem) => !/status of 4\d\d/.test(problem))).toEqual([]);
});

it('console: a user is found, gets a note, is banned with a reason, and allowed again', async () => {
  const [admin, [anna, name]] = [await logIn(), await visit()];
  await admin.showPerson(name);
  await admin.page.getByLabel('New note').fill('Asks for gold');
  await admin.button('Add the note').click();
  await admin.page.locator('.note-text', { hasText: 'Asks for gold' }).waitFor();
  await admin.button('Ban').click();
  await admin.confirm('Ban', 'Sold gold for money', name);
  await anna.page.locator('.toast', { hasText: 'Sold gold for money' }).waitFor();
  // The start card asks for the characters of the account, and is refused.
  await anna.page.locator('.start-form .problem', { hasText: /\w/ }).waitFor();
  expect(anna.takeProblems().filter((problem) => !problem.includes('403'))).toEqual([]);
  await admin.button('Lift the ban').click();
  await admin.confirm('Lift the ban', 'A mistake');
  await admin.button('Ban').waitFor();
});

it('console: connections and rooms are searched, and lead to the user', async () => {
  const [admin, [, name]] = [await logIn(), await visit()];
  await admin.show('Connections');
  await admin.page.getByLabel('Name or user id begins with').fill(name);
  await admin.page.getByRole('row').filter({ hasText: name }).waitFor();
  await admin.show('Rooms');
  await admin.page.getByLabel('Name begins with').fill('zone:');
  await admin.page
    .getByRole('link', { name: /^zone:/ })
    .first()
    .click();
  await admin.page.getByRole('link', { name, exact: true }).click();
  await admin.heading(name).waitFor();
});

it('console: the log level is changed for some minutes', async () => {
  const admin = await logIn();
  await admin.show('Limits');
  await admin.button('Change the level').click();
  expect(await admin.dialog.getByLabel('Level').inputValue()).toBe('debug');
  await admin.confirm('Change the level', 'Looking for lost moves');
  await admin.page.getByText(/node-1: debug until/).waitFor();
});

it('console: a node is drained, and its player misses nothing', async () => {
  const [admin, [anna]] = [await logIn(), await visit()];
  const node = await anna.page.locator('.header-node').innerText();
  await admin.show('Nodes');
  await admin.button(`Drain ${node}`).click();
  await admin.confirm('Drain', 'A new version', node);
  expect(await anna.result(/Back in .* missed/)).toMatch(/ · 0 missed$/);
  await admin.show('Audit log');
  await admin.page.getByRole('row').filter({ hasText: 'node.drain' }).filter({ hasText: 'A new version' }).waitFor();
});
