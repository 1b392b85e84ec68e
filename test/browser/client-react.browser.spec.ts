/** The hooks of the client SDK with a real React in a real browser, in strict mode. */
import type { Browser, Page } from 'playwright-core';
import type { createClient } from '../../libs/client/src/index';
import type { RunningServer } from '../../apps/server/src/server';
import { launchChromium } from '../support/browser/chromium';
import { ClientPage } from '../support/browser/client-page';
import type { ChatProps, ShownChat, showChat } from '../support/browser/react-chat';
import { createCharacter, type Guest, playAsGuest, waitUntil } from '../support/clients/client';
import { closeSdkClients, connectGuest, type SdkUser } from '../support/sdk/real-client';
import { startIsolatedServer } from '../support/servers/server';

interface PageGlobals {
  readonly sdk: { createClient: typeof createClient; browser(): object; showChat: typeof showChat };
  readonly document: { getElementById(id: string): Parameters<typeof showChat>[1] };
  chat: ShownChat;
}

let server: RunningServer;
let page: ClientPage;
let browser: Browser;
let tab: Page;
let anna: Guest;
let ben: SdkUser;
let chat: ChatProps;
let errors: string[];

beforeAll(async () => {
  server = await startIsolatedServer({ LIMITS: 'off', NODE_ENV: 'development' });
  [page, browser] = await Promise.all([ClientPage.serve('support/browser/react-chat'), launchChromium()]);
}, 120_000);
afterAll(async () => {
  closeSdkClients();
  await browser.close();
  await page.close();
  await server.close();
});

beforeEach(async () => {
  errors = [];
  [anna, ben] = [await playAsGuest(server.url), await connectGuest(server.url)];
  chat = { conversationId: await newConversation(), characterId: (await createCharacter(server.url, anna)).id };
  tab = await browser.newPage();
  tab.on('pageerror', ({ message }) => void errors.push(message));
  // React reports its complaints on the console, the browser there each answer that is an error.
  tab.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      errors.push(message.text());
  });
  await tab.goto(page.url);
  await tab.evaluate(
    ([url = '', token = '']) => {
      const globals = globalThis as unknown as PageGlobals;
      const client = globals.sdk.createClient({ url, getToken: () => token, ...globals.sdk.browser() });
      globals.chat = globals.sdk.showChat(client, globals.document.getElementById('root'));
      void client.connect();
    },
    [server.url, anna.accessToken],
  );
  await show(chat);
});
afterEach(async () => {
  await tab.close();
  expect(errors).toEqual([]);
});

async function newConversation(): Promise<string> {
  const { id } = await ben.client.request('conversation:create', { kind: 'group', participantIds: [anna.id] });
  return id;
}

const show = (props: ChatProps): Promise<void> =>
  tab.evaluate((shown) => (globalThis as unknown as PageGlobals).chat.show(shown), props);
async function write(id: string, content: string): Promise<void> {
  const conversation = await ben.client.conversations.open(id);
  await conversation.send(content);
}
const shown = (id: string): Promise<string | null> => tab.textContent(`#${id}`);
const untilShown = (id: string, text: string): Promise<void> =>
  waitUntil(async () => (await shown(id)) === text, `${text} in ${id}`, 30_000);
const untilPlaying = (): Promise<void> =>
  waitUntil(async () => (await shown('character')) !== '', 'a character', 30_000);

it('react: a component shows the connection, its conversation, its character, and each event once', async () => {
  await untilShown('phase', 'live');
  await write(chat.conversationId, 'welcome');
  await untilShown('messages', 'welcome received');
  await tab.click('#write');
  await untilShown('messages', 'welcome received,hello delivered');
  await untilPlaying();
  await ben.client.request('chat:message', { channel: 'global', text: 'once' });
  await ben.client.request('chat:message', { channel: 'global', text: 'more' });
  await untilShown('received', 'once,more');
});

it('react: a refused request is shown as an error', async () => {
  await untilShown('phase', 'live');
  await untilPlaying();
  await tab.click('#leave');
  await untilShown('errors', 'NOT_FOUND');
});

it('react: a component that changes to another conversation shows only that one', async () => {
  await write(chat.conversationId, 'in the first');
  await untilShown('messages', 'in the first received');
  const other = await newConversation();
  await show({ ...chat, conversationId: other });
  await untilShown('messages', '');
  await write(chat.conversationId, 'in the first again');
  await write(other, 'in the second');
  await untilShown('messages', 'in the second received');
});

it('react: a conversation that cannot be opened is an error, and another one is opened after it', async () => {
  await show({ ...chat, conversationId: '00000000-0000-4000-8000-000000000000' });
  await untilShown('errors', 'NOT_FOUND');
  await write(chat.conversationId, 'here');
  await show(chat);
  await untilShown('errors', '');
  await untilShown('messages', 'here received');
});
