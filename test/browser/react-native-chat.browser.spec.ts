/** The app of examples/react-native-chat on a page, each browser context a phone: its components, its hooks and its storage. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../support/browser/chromium';
import { usePrivateServer } from '../support/servers/private-server';

const ROOT = join(__dirname, '../..');
const START = `
  import { createElement } from 'react';
  import { createRoot } from 'react-dom/client';
  import { App } from './examples/react-native-chat/src/App';
  createRoot(document.getElementById('root')).render(createElement(App));
`;
const HTML = '<!doctype html><title>Chat</title><div id="root"></div><script src="/app.js"></script>';

const server = usePrivateServer({ NODE_ENV: 'development' });
let browser: Browser;
let site: Server;

async function bundleApp(): Promise<string> {
  const client = join(ROOT, 'libs/client/src');
  const phone = join(ROOT, 'test/support/browser/phone');
  const { outputFiles } = await build({
    stdin: { contents: START, resolveDir: ROOT },
    alias: {
      '@aeturnis/client': join(client, 'index.ts'),
      '@aeturnis/client/react': join(client, 'react/react.ts'),
      '@aeturnis/client/react-native': join(client, 'react-native/react-native.ts'),
      '@react-native-async-storage/async-storage': join(phone, 'async-storage.ts'),
      '@react-native-community/netinfo': join(phone, 'netinfo.ts'),
      'react-native': join(phone, 'react-native.ts'),
      'react-native-keychain': join(phone, 'native-modules.ts'),
    },
    bundle: true,
    format: 'iife',
    platform: 'browser',
    jsx: 'automatic',
    // That of the example extends one that is installed with it.
    tsconfigRaw: {},
    define: { 'process.env.NODE_ENV': '"development"' },
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}

beforeAll(async () => {
  const [script, chromium] = await Promise.all([bundleApp(), launchChromium()]);
  browser = chromium;
  site = createServer(({ url }, response) => {
    response.setHeader('content-type', url === '/app.js' ? 'text/javascript' : 'text/html');
    response.end(url === '/app.js' ? script : HTML);
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
}, 60_000);
afterAll(async () => {
  await browser.close();
  site.closeAllConnections();
  site.close();
});

const within = (id: string, text: string): string => `[data-testid=${id}]:text-is(${JSON.stringify(text)})`;

/** Starts the app on a phone of its own. */
async function startApp(): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  const { port } = site.address() as AddressInfo;
  await page.goto(`http://localhost:${port}/?server=${encodeURIComponent(server.url.replace(/\/$/, ''))}`);
  await page.waitForSelector(within('connection', 'live'));
  return page;
}

async function submit(page: Page, name: string, text: string): Promise<void> {
  await page.fill(`[data-testid=${name}]`, text);
  await page.click(`[data-testid=${name}-send]`);
}

const messagesOf = (page: Page): Promise<string[]> => page.locator('[data-testid=message]').allTextContents();

it('react native chat: two users converse, and what one writes without a network survives the app and arrives once', async () => {
  const [anna, ben] = [await startApp(), await startApp()];
  const userId = (await ben.textContent('[data-testid=user]')) ?? '';
  await submit(anna, 'partner', userId);
  await ben.waitForSelector('[data-testid=text]');
  await submit(anna, 'text', 'Hello');
  await ben.waitForSelector('[data-testid=message]:text("Hello")');
  await submit(ben, 'text', 'Welcome');
  await anna.waitForSelector('[data-testid=message]:text("Welcome")');
  await anna.waitForSelector(within('message', 'Hello (read)'));

  // The server cannot be reached, but the page that stands for the app is loaded anew.
  const context = anna.context();
  const address = new URL(server.url);
  let isReachable = false;
  await context.route(`${address.origin}/**`, (route) => (isReachable ? route.continue() : route.abort()));
  await context.routeWebSocket(`ws://${address.host}/**`, (socket) => {
    if (isReachable) socket.connectToServer();
    else void socket.close();
  });
  await anna.reload();
  for (const text of ['one', 'two']) await submit(anna, 'text', text);
  await anna.waitForSelector(within('queued', '2'));
  await anna.reload();
  await anna.waitForSelector(within('message', 'two (queued)'));
  expect(await messagesOf(anna)).toEqual(['one (queued)', 'two (queued)']);

  isReachable = true;
  await anna.waitForSelector(within('message', 'two (read)'), { timeout: 60_000 });
  const contents = async (page: Page): Promise<string[]> =>
    (await messagesOf(page)).map((line) => line.replace(/^.*: | \(\w+\)$/g, ''));
  const expected = ['Hello', 'Welcome', 'one', 'two'];
  expect([await contents(anna), await contents(ben)]).toEqual([expected, expected]);
  expect(await anna.textContent('[data-testid=queued]')).toBe('0');
}, 180_000);
