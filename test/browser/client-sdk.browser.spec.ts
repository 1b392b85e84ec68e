/** The client SDK in a real browser: messages survive reloads and closed tabs, and a connection returns with the network. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { createClient } from '../../libs/client/src/index';
import type { RunningServer } from '../../apps/server/src/server';
import { launchChromium } from '../support/browser/chromium';
import { ClientPage } from '../support/browser/client-page';
import { type Guest, playAsGuest, waitUntil } from '../support/clients/client';
import { closeSdkClients, connectGuest, type SdkUser } from '../support/sdk/real-client';
import { Gate } from '../support/faults/gate';
import { startIsolatedServer } from '../support/servers/server';

type Client = ReturnType<typeof createClient>;
interface BrowserOptions {
  readonly name?: string;
}
interface PageLocks {
  request(name: string, work: () => Promise<unknown>): Promise<unknown>;
}
/** What the pages hold. */
interface PageGlobals {
  readonly sdk: { createClient: typeof createClient; browser(options?: BrowserOptions): object };
  client: Client;
}

let server: RunningServer;
let gate: Gate;
let page: ClientPage;
let browser: Browser;
let context: BrowserContext;
let anna: Guest;
let ben: SdkUser;
let conversationId: string;
let errors: string[];

beforeAll(async () => {
  server = await startIsolatedServer({ LIMITS: 'off', NODE_ENV: 'development' });
  gate = await Gate.openInFrontOf(server.url);
  [page, browser] = await Promise.all([ClientPage.serve(), launchChromium()]);
}, 120_000);
afterAll(async () => {
  closeSdkClients();
  await browser.close();
  await Promise.all([page.close(), gate.close()]);
  await server.close();
});

beforeEach(async () => {
  errors = [];
  [context, anna, ben] = [await browser.newContext(), await playAsGuest(server.url), await connectGuest(server.url)];
  ({ id: conversationId } = await ben.client.request('conversation:create', {
    kind: 'group',
    participantIds: [anna.id],
  }));
});
afterEach(async () => {
  await context.close();
  expect(errors).toEqual([]);
});

/** Opens a tab and starts a client in it, as this user. */
async function openTab(user: Guest = anna, options: BrowserOptions = {}): Promise<Page> {
  const tab = await context.newPage();
  tab.on('pageerror', (error) => void errors.push(error.message));
  await start(tab, user, options);
  return tab;
}

async function start(tab: Page, { accessToken }: Guest, options: BrowserOptions = {}): Promise<void> {
  await tab.goto(page.url);
  await tab.evaluate(
    ({ url, token, environment }) => {
      const globals = globalThis as unknown as PageGlobals;
      const { createClient: create, browser: ofBrowser } = globals.sdk;
      globals.client = create({ url, getToken: () => token, ...ofBrowser(environment) });
      void globals.client.connect();
    },
    { url: gate.url.replace(/\/$/, ''), token: accessToken, environment: options },
  );
}

const phaseOf = (tab: Page): Promise<string> =>
  tab.evaluate(() => (globalThis as unknown as PageGlobals).client.state.get().phase);

async function untilPhase(tab: Page, phase: string): Promise<void> {
  await tab.waitForFunction(
    (wanted) => (globalThis as unknown as PageGlobals).client.state.get().phase === wanted,
    phase,
  );
}

const send = (tab: Page, content: string): Promise<void> =>
  tab.evaluate(
    async ([id, text]) => {
      const { client } = globalThis as unknown as PageGlobals;
      await client.outbox.add({ tempId: text ?? '', conversationId: id ?? '', content: text ?? '' });
    },
    [conversationId, content],
  );

async function contentsForBen(count: number): Promise<string[]> {
  const conversation = await ben.client.conversations.open(conversationId);
  await waitUntil(() => conversation.current.get().messages.length >= count, `${count} messages`, 30_000);
  return conversation.current.get().messages.map(({ content }) => content);
}

it('browser: messages that were written without a connection survive a reload, and are sent once, in order', async () => {
  const tab = await openTab();
  await untilPhase(tab, 'live');
  await gate.close();
  await untilPhase(tab, 'waiting');
  for (const content of ['first', 'second', 'third']) await send(tab, content);
  await start(tab, anna);
  await gate.open();
  expect(await contentsForBen(3)).toEqual(['first', 'second', 'third']);
});

it('browser: messages of a tab that is closed without a connection are sent by another tab', async () => {
  const [closed, other] = [await openTab(), await openTab()];
  await untilPhase(closed, 'live');
  await untilPhase(other, 'live');
  await gate.close();
  await untilPhase(closed, 'waiting');
  await send(closed, 'left behind');
  await closed.close();
  await gate.open();
  expect(await contentsForBen(1)).toEqual(['left behind']);
});

it('browser: three tabs that write at once send each message once, each tab in its order', async () => {
  const tabs = [await openTab(), await openTab(), await openTab()];
  for (const tab of tabs) await untilPhase(tab, 'live');
  // Together within the burst of the policy.
  const numbers = [0, 1, 2];
  await Promise.all(
    tabs.map(async (tab, index) => {
      for (const number of numbers) await send(tab, `${index}:${number}`);
    }),
  );
  const contents = await contentsForBen(9);
  expect(contents).toHaveLength(9);
  for (const index of [0, 1, 2])
    expect(contents.filter((content) => content.startsWith(`${index}:`))).toEqual(
      numbers.map((number) => `${index}:${number}`),
    );
});

it('browser: a connection that was lost with the network is live again once the network is back', async () => {
  const tab = await openTab();
  await untilPhase(tab, 'live');
  await context.setOffline(true);
  await tab.waitForFunction(() => (globalThis as unknown as PageGlobals).client.state.get().phase !== 'live');
  await context.setOffline(false);
  await untilPhase(tab, 'live');
  expect(await tab.evaluate(() => (globalThis as unknown as PageGlobals).client.state.get())).toMatchObject({
    recovered: true,
  });
});

it('browser: another user of the same browser does not send what was left', async () => {
  const tab = await openTab();
  await untilPhase(tab, 'live');
  await gate.close();
  await untilPhase(tab, 'waiting');
  await send(tab, 'of anna');
  await start(tab, ben);
  await gate.open();
  await untilPhase(tab, 'live');
  expect(await phaseOf(tab)).toBe('live');
  const conversation = await ben.client.conversations.open(conversationId);
  expect(conversation.current.get().messages).toEqual([]);
  await start(tab, anna);
  expect(await contentsForBen(1)).toEqual(['of anna']);
});

it('browser: a client with a name sends no message that waits under another name', async () => {
  const unnamed = await openTab();
  const named = await openTab(anna, { name: 'other' });
  for (const tab of [unnamed, named]) await untilPhase(tab, 'live');
  await gate.close();
  for (const tab of [unnamed, named]) await untilPhase(tab, 'waiting');
  await send(unnamed, 'of the unnamed client');
  await unnamed.close();
  await send(named, 'of the named client');
  await gate.open();
  expect(await contentsForBen(1)).toEqual(['of the named client']);
  await openTab();
  expect(await contentsForBen(2)).toEqual(['of the named client', 'of the unnamed client']);
});

it('browser: a client with a name sends while a tab of another name is sending', async () => {
  const unnamed = await openTab();
  const named = await openTab(anna, { name: 'other' });
  for (const tab of [unnamed, named]) await untilPhase(tab, 'live');
  // What a tab holds while it sends.
  await unnamed.evaluate((lock) => {
    const { locks } = (globalThis as unknown as { navigator: { locks: PageLocks } }).navigator;
    return new Promise<void>((held) => {
      void locks.request(lock, () => {
        held();
        return new Promise(() => undefined);
      });
    });
  }, `aeturnis outbox ${anna.id}`);
  await send(unnamed, 'has to wait');
  await send(named, 'need not wait');
  expect(await contentsForBen(1)).toEqual(['need not wait']);
});
