/** Forms of the console: the first administrator registers, and an announcement is sent once it is confirmed. */
import { useAdministeredPlayground } from '../support/browser/administered-playground';
import { ConsoleVisitor } from '../support/browser/console-visitor';
import { Visitors } from '../support/browser/visitors';
import { adminTokenFor } from '../support/clients/client';

// A browser and a server take their time on a small machine.
jest.setTimeout(240_000);

const playground = useAdministeredPlayground('boss,root');
const visitors = Visitors.use();

const openConsole = (): Promise<ConsoleVisitor> =>
  visitors.add(ConsoleVisitor.open(playground.browser, playground.server.origin));

it('first administrator: registers with the token that the server printed, and is logged in', async () => {
  const root = await openConsole();
  await root.button('Register the first administrator').click();
  await root.page.getByLabel('Username').fill('root');
  await root.page.getByLabel('Password').fill('correct horse battery');
  await root.page.getByLabel('Admin token').fill(adminTokenFor('boss'));
  await root.button('Register').click();
  await root.page.getByRole('alert').filter({ hasText: 'The adminToken is not the one' }).waitFor();
  // The refusal of the request is an error of the browser's console.
  expect(root.takeProblems()).toHaveLength(1);
  await root.page.getByLabel('Admin token').fill(adminTokenFor('root'));
  await root.button('Register').click();
  await root.heading('Overview').waitFor();
  await root.page.reload();
  await root.heading('Overview').waitFor();
});

it('announcement: Enter in the field of the target sends nothing before the confirmation', async () => {
  const admin = await openConsole();
  await admin.logIn(playground.boss);
  let sent = 0;
  admin.page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/broadcasts')) sent += 1;
  });
  await admin.show('Broadcasts');
  await admin.page.getByLabel('Message').fill('The market opens');
  await admin.page.getByLabel('A room').check();
  await admin.page.getByLabel('Name of the room').fill('global:chat');
  await admin.page
    .getByRole('status')
    .filter({ hasText: / users on / })
    .waitFor();
  await admin.page.getByLabel('Name of the room').press('Enter');
  await admin.dialog.getByRole('heading', { name: 'Send to room global:chat' }).waitFor();
  await admin.dialog.getByRole('button', { name: 'Cancel' }).click();
  await admin.page.getByLabel('Everyone').check();
  await admin.page
    .getByRole('status')
    .filter({ hasText: / users on / })
    .waitFor();
  await admin.button('Send the announcement').click();
  await admin.dialog.getByRole('heading', { name: 'Send to everyone' }).waitFor();
  expect(sent).toBe(0);
  await admin.confirm('Send');
  await admin.page.locator('.toast', { hasText: 'The announcement was sent' }).waitFor();
  expect(sent).toBe(1);
});

it('limits: name the nodes whose refusals are missing, and those without the new log level', async () => {
  const admin = await openConsole();
  await admin.logIn(playground.boss);
  await admin.page.route(/\/api\/admin\/(limits|log-level)$/, async (route) => {
    const response = await route.fetch();
    const answer = (await response.json()) as { nodes: object[] };
    const nodes = [...answer.nodes, { nodeId: 'lost', answered: false }];
    await route.fulfill({ response, json: { ...answer, nodes } });
  });
  await admin.show('Limits');
  await admin.page.getByText('Without lost: no answer in time.').waitFor();
  await admin.button('Change the level').click();
  await admin.dialog.getByLabel('Reason').fill('Looking for lost moves');
  await admin.dialog.getByRole('button', { name: 'Change the level' }).click();
  await admin.dialog.getByRole('alert').filter({ hasText: 'Not changed on lost' }).waitFor();
  await admin.page.unrouteAll({ behavior: 'ignoreErrors' });
});
