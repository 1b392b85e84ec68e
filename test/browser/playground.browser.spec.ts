/** The playground as visitors use it: two browsers meet, talk, lose their connection, log out, and log in again. */
import type { Browser } from 'playwright-core';
import { launchChromium } from '../support/browser/chromium';
import { type PlaygroundServer, startPlaygroundServer } from '../support/browser/playground-server';
import { PlaygroundVisitor } from '../support/browser/playground-visitor';
import { Visitors } from '../support/browser/visitors';

// Several browsers and a server take their time on a small machine.
jest.setTimeout(240_000);

let server: PlaygroundServer;
let browser: Browser;
const visitors = Visitors.use();

beforeAll(async () => {
  [server, browser] = await Promise.all([startPlaygroundServer(), launchChromium()]);
}, 120_000);
afterAll(async () => {
  await browser.close();
  await server.close();
});

const visit = (): Promise<PlaygroundVisitor> => visitors.add(PlaygroundVisitor.open(browser, server.url));

async function twoInTheWorld(): Promise<[anna: PlaygroundVisitor, ben: PlaygroundVisitor, names: [string, string]]> {
  const [anna, ben] = [await visit(), await visit()];
  return [anna, ben, [await anna.playAsGuest(), await ben.playAsGuest()]];
}

it('playground: two visitors see each other, one walks, both talk, and one whispers', async () => {
  const [anna, ben, [annasName, bensName]] = await twoInTheWorld();
  await ben.choose(annasName);
  await anna.page.locator('#world').focus();
  await anna.page.keyboard.down('d');
  const row = ben.page.locator('.row-toggle', { hasText: annasName });
  await row.filter({ hasText: / ([4-9]|\d\d) away/ }).waitFor();
  await anna.page.keyboard.up('d');

  await anna.say('Is anyone there?');
  await ben.showPanel('Chat');
  await ben.page.getByText('Is anyone there?').waitFor();

  await ben.showPanel('Around you');
  await ben.button('Whisper').click();
  await ben.say('Only for you');
  await anna.page.locator('.is-whisper', { hasText: 'Only for you' }).waitFor();
  await anna.page.locator('.is-whisper', { hasText: `${bensName} whispers` }).waitFor();
});

it('playground: messages that are written while the line is cut arrive once, in their order', async () => {
  const [anna, ben, [, bensName]] = await twoInTheWorld();
  await anna.choose(bensName);
  await anna.button('Message').click();
  await anna.write('before the cut');
  await anna.page.locator('.status', { hasText: /sent|delivered/ }).waitFor();
  await anna.button('Black hole').click();
  await anna.write('while it is cut');
  await anna.write('and once more');
  await anna.result(/Back in .* 0 missed/);
  await ben.showPanel('Messages');
  await ben.page.locator('.conversation-row').click();
  await ben.page.getByText('and once more').waitFor();
  const texts = await ben.page.locator('.bubble > p:not(.bubble-meta)').allInnerTexts();
  expect(texts).toEqual(['before the cut', 'while it is cut', 'and once more']);
  await anna.page.locator('.status', { hasText: 'read' }).last().waitFor();
});

it('playground: a guest keeps its account, logs out, and logs in again with the same character', async () => {
  const anna = await visit();
  const name = await anna.playAsGuest();
  const login = `keeper${Date.now().toString(36)}`;
  const fillIn = async (): Promise<void> => {
    await anna.page.getByLabel('Username').fill(login);
    await anna.page.getByLabel('Password').fill('correct horse battery');
  };
  await anna.showPanel('Account');
  await fillIn();
  await anna.button('Keep my guest').click();
  await anna.page.locator('.chip', { hasText: login }).waitFor();
  await anna.button('Log out').click();
  await anna.button('I have an account').click();
  await fillIn();
  await anna.button('Log in').click();
  await anna.page.getByRole('button', { name: new RegExp(name) }).click();
  await anna.untilInWorld();
  await anna.page.locator('.header-hero', { hasText: name }).waitFor();
});

it('playground: a reload continues with the same account', async () => {
  const anna = await visit();
  const name = await anna.playAsGuest();
  await anna.page.reload();
  await anna.page.getByRole('button', { name: new RegExp(name) }).click();
  await anna.untilInWorld();
});

it('playground: a fight that was won is replayed and verified in the browser', async () => {
  const anna = await visit();
  await anna.playAsGuest();
  await anna.showPanel('Fight');
  await anna.page.locator('#world').focus();
  await anna.page.keyboard.down('d');
  await anna.page.getByText('Hostile ground', { exact: true }).waitFor();
  await anna.page.keyboard.up('d');
  const actions = anna.page.getByRole('group', { name: 'Your actions' });
  // The nearest monster may be too far away yet.
  while (!(await actions.isVisible())) {
    const options = { timeout: 5_000 };
    await anna
      .button('Attack')
      .first()
      .click(options)
      .catch(() => undefined);
    await actions.waitFor(options).catch(() => undefined);
  }
  const end = anna.page.locator('.fight-end');
  const attack = actions.getByRole('button', { name: 'Attack' });
  while (!(await end.isVisible())) {
    await attack.or(end).first().waitFor();
    // The turn may end meanwhile: then the next round of the loop looks again.
    if (await attack.isVisible()) await attack.click({ timeout: 5_000 }).catch(() => undefined);
  }
  await anna.button('Replay and verify').click();
  await anna.page.getByText(/^Verified: every roll/).waitFor();
});
