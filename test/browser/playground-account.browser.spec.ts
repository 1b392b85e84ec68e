/** A visitor keeps its account until it asks to lose it, whatever happens to the connection, the server or other tabs. */
import { useAdministeredPlayground } from '../support/browser/administered-playground';
import { ConsoleVisitor } from '../support/browser/console-visitor';
import { PlaygroundVisitor } from '../support/browser/playground-visitor';
import { Visitors } from '../support/browser/visitors';

// A browser and a server take their time on a small machine.
jest.setTimeout(240_000);

const BLOCK_STORAGE = `Object.defineProperty(window, 'localStorage', {
  get() { throw new DOMException('The storage is blocked', 'SecurityError'); },
});`;

const playground = useAdministeredPlayground();
const visitors = Visitors.use();

const open = (): Promise<PlaygroundVisitor> =>
  visitors.add(PlaygroundVisitor.open(playground.browser, playground.server.url));

async function play(): Promise<[anna: PlaygroundVisitor, name: string]> {
  const anna = await open();
  return [anna, await anna.playAsGuest()];
}

/** The user of the session in this browser. */
async function sessionUser({ page }: PlaygroundVisitor): Promise<string> {
  const options = { headers: { origin: playground.server.origin }, data: {} };
  const answer = await page.context().request.post(`${playground.server.origin}/api/auth/refresh`, options);
  return ((await answer.json()) as { user: { id: string } }).user.id;
}

async function goOn(anna: PlaygroundVisitor, name: string): Promise<void> {
  await anna.page.locator('.hero', { hasText: name }).click();
  await anna.untilInWorld();
}

it('account: a guest that an administrator has disconnected goes on with its character', async () => {
  const [anna, name] = await play();
  const id = await sessionUser(anna);
  const answer = await fetch(`${playground.server.origin}/api/admin/users/${id}/disconnect`, {
    method: 'POST',
    headers: { authorization: `Bearer ${playground.boss.accessToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ reason: 'a test' }),
  });
  expect(answer.status).toBe(204);
  await goOn(anna, name);
});

it('account: a page that is loaded while no server answers goes on with its session later', async () => {
  const [anna, name] = await play();
  await anna.page.route('**/api/auth/refresh', (route) => route.fulfill({ status: 502, body: 'No node is ready' }));
  await anna.page.reload();
  await anna.page.getByRole('status').filter({ hasText: 'cannot be reached' }).waitFor();
  await anna.page.unroute('**/api/auth/refresh');
  await goOn(anna, name);
  // The browser reports the refused requests.
  expect(anna.takeProblems().filter((problem) => !problem.includes('502'))).toEqual([]);
});

it('account: a page that is loaded while no server answers can be left for another guest', async () => {
  const [anna] = await play();
  await anna.page.route('**/api/auth/refresh', (route) => route.fulfill({ status: 502, body: 'No node is ready' }));
  await anna.page.reload();
  await anna.button('Begin anew').click();
  await anna.playAsGuest();
  expect(anna.takeProblems().filter((problem) => !problem.includes('502'))).toEqual([]);
});

it('account: a tab that logs out leaves the login of another tab alone', async () => {
  const [anna] = await play();
  await anna.showPanel('Account');
  const admin = await visitors.add(ConsoleVisitor.openBeside(anna.page, playground.server.origin));
  await admin.logIn(playground.boss);
  // Before, the console has tried the session of the guest.
  expect(admin.takeProblems()).toHaveLength(1);
  await anna.button('Log out').click();
  await anna.button('Lose this guest').click();
  await anna.button('Play as guest').waitFor();
  expect(await sessionUser(anna)).toBe(playground.boss.id);
});

it('account: a guest is asked before it logs out for good', async () => {
  const [anna, name] = await play();
  await anna.showPanel('Account');
  await anna.button('Log out').click();
  await anna.page.getByRole('alert').filter({ hasText: 'cannot log in again' }).waitFor();
  await anna.page.reload();
  await goOn(anna, name);
  await anna.showPanel('Account');
  await anna.button('Log out').click();
  await anna.button('Lose this guest').click();
  await anna.button('Play as guest').waitFor();
});

it('account: a name that the server refuses stays in the form, with the reason', async () => {
  const anna = await open();
  const name = anna.page.getByLabel('Name of your character');
  await name.fill('Anna2');
  await anna.button('Play as guest').click();
  await anna.page
    .getByRole('alert')
    .filter({ hasText: /letters/i })
    .waitFor();
  expect(await name.inputValue()).toBe('Anna2');
  await name.fill('Annalena');
  await anna.button('Play as guest').click();
  await anna.untilInWorld();
  expect(anna.takeProblems().filter((problem) => !problem.includes('422') && !problem.includes('400'))).toEqual([]);
});

it('account: others go on seeing a visitor as it has chosen, and the page says so after a reload', async () => {
  const [anna, name] = await play();
  await anna.showPanel('Account');
  const choice = anna.page.getByLabel('Others see you as');
  await choice.selectOption('invisible');
  // Commands are carried out one after the other.
  await anna.showPanel('Chat');
  await anna.say('I am not here');
  await anna.page.locator('.chat-line', { hasText: 'I am not here' }).waitFor();
  await anna.page.reload();
  await goOn(anna, name);
  await anna.showPanel('Account');
  await anna.page.waitForFunction(`document.querySelector('.account-panel select').value === 'invisible'`);
});

it('account: a visitor whose browser stores nothing can play', async () => {
  const anna = await open();
  await anna.page.context().addInitScript({ content: BLOCK_STORAGE });
  await anna.page.reload();
  await anna.playAsGuest();
});
