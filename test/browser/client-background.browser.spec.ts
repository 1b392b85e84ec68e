/** Clients that are dead after the background (ably-js#1449, realtime-js#121, supabase-js#1477): a real page, hidden and frozen. */
import type { Page } from 'playwright-core';
import type { RunningServer } from '../../apps/server/src/server';
import type { createClient } from '../../libs/client/src/index';
import { BackgroundChromium } from '../support/browser/background-chromium';
import { ClientPage } from '../support/browser/client-page';
import { playAsGuest, waitUntil } from '../support/clients/client';
import { Gate } from '../support/faults/gate';
import { closeSdkClients, connectGuest, type SdkUser } from '../support/sdk/real-client';
import { startIsolatedServer } from '../support/servers/server';

interface PageGlobals {
  readonly sdk: { createClient: typeof createClient; browser(): object };
  client: ReturnType<typeof createClient>;
  /** The contents of the conversation, as they were shown at last. */
  shown: string[];
  /** What the browser has done to the page, in order. */
  lifecycle: string[];
  readonly document: {
    readonly visibilityState: string;
    addEventListener(name: string, listener: () => void): void;
  };
}

let server: RunningServer;
let gate: Gate;
let page: ClientPage;
let browser: BackgroundChromium;
let tab: Page;
let ben: SdkUser;
let conversationId: string;

beforeAll(async () => {
  server = await startIsolatedServer({ LIMITS: 'off', NODE_ENV: 'development' });
  gate = await Gate.openInFrontOf(server.url);
  [page, browser] = await Promise.all([ClientPage.serve(), BackgroundChromium.launch()]);
}, 120_000);
afterAll(async () => {
  closeSdkClients();
  await browser.close();
  await Promise.all([page.close(), gate.close()]);
  await server.close();
}, 60_000);

beforeEach(async () => {
  const anna = await playAsGuest(server.url);
  ben = await connectGuest(server.url);
  ({ id: conversationId } = await ben.client.request('conversation:create', {
    kind: 'group',
    participantIds: [anna.id],
  }));
  tab = await browser.context.newPage();
  await tab.bringToFront();
  await tab.goto(page.url);
  await startReading(anna.accessToken);
}, 60_000);
afterEach(() => tab.close());

async function startReading(accessToken: string): Promise<void> {
  await tab.evaluate(
    async ([url = '', token = '', id = '']) => {
      const globals = globalThis as unknown as PageGlobals;
      const { document } = globals;
      const { createClient: create, browser: environment } = globals.sdk;
      globals.lifecycle = [];
      for (const name of ['freeze', 'resume']) document.addEventListener(name, () => void globals.lifecycle.push(name));
      document.addEventListener('visibilitychange', () => void globals.lifecycle.push(document.visibilityState));
      globals.client = create({ url, getToken: () => token, ...environment() });
      await globals.client.connect();
      const conversation = await globals.client.conversations.open(id);
      conversation.subscribe(({ messages }) => (globals.shown = messages.map(({ content }) => content)));
    },
    [gate.url.replace(/\/$/, ''), accessToken, conversationId],
  );
}

async function benWrites(content: string): Promise<void> {
  await ben.client.conversations.send(conversationId, content);
  await ben.client.flushed();
}

/** A request on its way would find out that the connection is dead: nothing is left to do for the page. */
async function untilDelivered(): Promise<void> {
  const conversation = await ben.client.conversations.open(conversationId);
  const isDelivered = (): boolean => conversation.current.get().messages[0]?.status === 'delivered';
  await waitUntil(isDelivered, 'the delivery report', 30_000);
}

const untilShown = (contents: readonly string[]): Promise<unknown> =>
  tab.waitForFunction((expected) => (globalThis as unknown as PageGlobals).shown.join() === expected, contents.join(), {
    polling: 50,
  });

async function writeInBackground(suspend: () => Promise<void> | void): Promise<void> {
  await benWrites('before');
  await untilShown(['before']);
  await untilDelivered();
  await browser.hideTabs();
  await suspend();
  for (const content of ['first', 'second', 'third']) await benWrites(content);
  await browser.show(tab);
  await untilShown(['before', 'first', 'second', 'third']);
}

const outcome = (): Promise<{ phase: object; lifecycle: readonly string[] }> =>
  tab.evaluate(() => {
    const { client, lifecycle } = globalThis as unknown as PageGlobals;
    return { phase: client.state.get(), lifecycle };
  });

it('background: a page whose timers were frozen and whose connection was closed is live and complete when it is shown', async () => {
  await writeInBackground(async () => {
    await browser.freeze(tab);
    gate.resetConnections();
  });
  expect(await outcome()).toMatchObject({
    phase: { phase: 'live', recovered: true },
    lifecycle: ['hidden', 'freeze', 'resume', 'visible'],
  });
}, 90_000);

it('background: a hidden page whose connection died without a sign is live and complete when it is shown', async () => {
  await writeInBackground(() => gate.stall({ isLasting: false }));
  expect(await outcome()).toMatchObject({
    phase: { phase: 'live', recovered: true },
    lifecycle: ['hidden', 'visible'],
  });
}, 90_000);
