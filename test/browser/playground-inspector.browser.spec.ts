/** The inspector of the playground: it shows the traffic of the connection, and sends any command of the event reference. */
import type { Browser, Locator } from 'playwright-core';
import { launchChromium } from '../support/browser/chromium';
import { type PlaygroundServer, startPlaygroundServer } from '../support/browser/playground-server';
import { PlaygroundVisitor } from '../support/browser/playground-visitor';
import { Visitors } from '../support/browser/visitors';
import { accessibilityFindings, type ScreenSize } from '../support/browser/watched-page';

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

async function inspect(size: ScreenSize = 'wide', query = ''): Promise<PlaygroundVisitor> {
  const anna = await visitors.add(PlaygroundVisitor.open(browser, `${server.url}${query}`, size));
  await anna.playAsGuest();
  if (query === '') await anna.button('Inspector').click();
  await inspectorOf(anna).waitFor();
  return anna;
}

const inspectorOf = ({ page }: PlaygroundVisitor): Locator => page.getByRole('region', { name: 'Inspector' });
const rowsOf = (anna: PlaygroundVisitor, kind: string, name: string): Locator =>
  anna.page
    .locator(`.traffic-row.is-${kind}`)
    .filter({ has: anna.page.locator('.traffic-name').getByText(name, { exact: true }) });
const filterBy = (anna: PlaygroundVisitor, text: string): Promise<void> =>
  anna.page.getByLabel('Filter by name or content').fill(text);
const namesOf = ({ page }: PlaygroundVisitor): Promise<string[]> => page.locator('.traffic-name').allInnerTexts();

async function send(anna: PlaygroundVisitor, payload?: string): Promise<void> {
  const form = anna.page.locator('.command-form');
  if (payload !== undefined) await form.getByLabel('Payload as JSON').fill(payload);
  await form.getByRole('button', { name: 'Send', exact: true }).click();
}

it('inspector: shows a line of chat as command, answer and event, in this order', async () => {
  const anna = await inspect();
  await anna.say('Is this thing on?');
  await filterBy(anna, 'chat:message');
  const [command, answer, event] = ['command', 'answer', 'event'].map((kind) => rowsOf(anna, kind, 'chat:message'));
  for (const row of [command, answer, event]) await row?.waitFor();
  expect(await anna.page.locator('.traffic-kind').first().innerText()).toContain('command');
  expect(await command?.innerText()).toMatch(
    /\d\d:\d\d:\d\d\.\d{3}\s+→ command\s+chat:message\s+45 B\s+\{"channel":"zone","text":"Is this thing on\?"\}/,
  );
  expect(await answer?.innerText()).toContain('"success":true');
});

it('inspector: the filter looks at names and contents, and hides movement and pings at first', async () => {
  const anna = await inspect();
  await anna.say('a needle');
  await filterBy(anna, 'NEEDLE');
  await rowsOf(anna, 'event', 'chat:message').waitFor();
  expect(new Set(await namesOf(anna))).toEqual(new Set(['chat:message']));
  await filterBy(anna, 'system:ping');
  await anna.page.getByText('Nothing to show').waitFor();
  await anna.page.getByLabel('Hide movement and pings').uncheck();
  await rowsOf(anna, 'answer', 'system:ping').first().waitFor();
});

it('inspector: a paused list stands still, and shows what it has missed when it is resumed', async () => {
  const anna = await inspect();
  await anna.button('Pause').click();
  await anna.say('while it is paused');
  await anna.page.locator('.chat-line', { hasText: 'while it is paused' }).waitFor();
  expect(await namesOf(anna)).not.toContain('chat:message');
  await anna.button('Resume').click();
  await rowsOf(anna, 'event', 'chat:message').waitFor();
  await anna.button('Clear').click();
  await rowsOf(anna, 'event', 'chat:message').waitFor({ state: 'detached' });
});

it('inspector: a command from the form is answered, and one with a bad payload shows the error with its code', async () => {
  const anna = await inspect('wide', '?inspect=presence:get');
  const form = anna.page.locator('.command-form');
  await form
    .getByText(/userIds/)
    .first()
    .waitFor();
  expect(await form.getByRole('combobox', { name: 'Command' }).inputValue()).toBe('presence:get');
  await send(anna, '{"userIds": "not a list"}');
  await form.locator('.problem', { hasText: /^VALIDATION after \d+ ms/ }).waitFor();
  await send(anna, '{"userIds": ');
  await form.locator('.problem', { hasText: 'Not sent, since this is not JSON' }).waitFor();
  await form.getByRole('combobox', { name: 'Command' }).selectOption('chat:message');
  await send(anna);
  await form.getByText(/^Answered after \d+ ms/).waitFor();
  await anna.page.locator('.chat-line', { hasText: 'The gate is open' }).waitFor();
  await anna.button('Traffic').click();
  await rowsOf(anna, 'refused', 'presence:get').waitFor();
});

it('inspector: a command is copied as code for the SDK and for the stock clients', async () => {
  const anna = await inspect();
  await anna.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await anna.say("It's copied");
  await rowsOf(anna, 'command', 'chat:message').locator('.traffic-toggle').click();
  const copied: string[] = [];
  for (const label of ['Client SDK', 'JavaScript', 'Python']) {
    await anna.button(label).click();
    await anna.page.getByText(`Copied for ${label}.`).waitFor();
    copied.push(await anna.page.evaluate<string>('navigator.clipboard.readText()'));
  }
  const payload = `{ channel: 'zone', text: 'It\\'s copied' }`;
  expect(copied[0]).toBe(`const result = await client.request('chat:message', ${payload});`);
  expect(copied[1]).toContain(`emitWithAck('chat:message', ${payload});`);
  expect(copied[2]).toContain(`sio.call('chat:message', {'channel': 'zone', 'text': 'It\\'s copied'}, timeout=10)`);
});

it('inspector: the access token of the connection is not shown', async () => {
  const anna = await inspect();
  await anna.button('Drop').click();
  await anna.result(/Back in .* missed/);
  const connect = rowsOf(anna, 'link', 'connect').last();
  await connect.locator('.traffic-toggle').click();
  expect(await connect.locator('.code').innerText()).toMatch(/"token": "…"[^]*"pid"/);
});

it('inspector: is opened by a key, closed by Escape, and the focus returns to its button', async () => {
  const anna = await visitors.add(PlaygroundVisitor.open(browser, server.url));
  await anna.playAsGuest();
  await anna.page.locator('#world').focus();
  await anna.page.keyboard.press('i');
  await anna.page.locator('.inspector:focus').waitFor();
  await anna.page.keyboard.press('Escape');
  await inspectorOf(anna).waitFor({ state: 'detached' });
  await anna.page.locator('#inspector-toggle:focus').waitFor();
});

it.each<ScreenSize>(['wide', 'narrow'])('inspector: axe finds nothing on a %s screen', async (size) => {
  const anna = await inspect(size);
  const found: string[] = [];
  await rowsOf(anna, 'command', 'character:select').locator('.traffic-toggle').click();
  await anna.button('Python').click();
  await anna.page.getByLabel('Code', { exact: true }).waitFor();
  found.push(...(await accessibilityFindings(anna.page, 'traffic')));
  await anna.button('Edit and send').click();
  await send(anna, '{}');
  await anna.page.locator('.command-outcome .problem').waitFor();
  found.push(...(await accessibilityFindings(anna.page, 'form')));
  expect(found).toEqual([]);
});
