/** Each view of the console, wide and narrow, without a finding of axe. */
import { useAdministeredPlayground } from '../support/browser/administered-playground';
import { ConsoleVisitor } from '../support/browser/console-visitor';
import { accessibilityFindings, type ScreenSize } from '../support/browser/watched-page';
import { connect } from '../support/clients/client';

// A browser and a server take their time on a small machine.
jest.setTimeout(240_000);

const playground = useAdministeredPlayground();

it.each<ScreenSize>(['wide', 'narrow'])('accessibility: axe finds nothing on any %s view', async (size) => {
  const admin = await ConsoleVisitor.open(playground.browser, playground.server.origin, size);
  const found: string[] = [];
  const check = async (view: string): Promise<void> => {
    found.push(...(await accessibilityFindings(admin.page, view)));
  };
  await check('log in');
  await admin.button('Register the first administrator').click();
  await check('the registration of the first administrator');
  await admin.button('Log in instead').click();
  await admin.logIn(playground.boss);
  const { socket } = await connect(playground.server.origin, playground.boss.accessToken);
  await admin.page.locator('.plot canvas').first().waitFor();
  await check('Overview');
  for (const view of ['Nodes', 'Connections', 'Rooms', 'Fights', 'Broadcasts', 'Audit log', 'Limits']) {
    await admin.show(view);
    await admin.page.waitForLoadState('networkidle');
    await check(view);
  }
  await admin.showPerson(playground.boss.name);
  await admin.button('Change roles').waitFor();
  await check('a person');
  await admin.button('Disconnect').click();
  await check('a dialog');
  socket.close();
  expect(found).toEqual([]);
  expect(admin.problems).toEqual([]);
  await admin.close();
});
