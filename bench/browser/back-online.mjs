// Measures in a real Chromium how long a client takes from the return of the network until it has everything that it has missed.
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { io } from 'socket.io-client';
import { emitCommand, post } from '../../scripts/demo/client.mjs';
import { startDemoServer } from '../../scripts/demo/server.mjs';

const RUNS = Number(process.env.RUNS ?? 50);
const TABS = 5;
const OFFLINE_MS = 5_000;
/** Sent to each client while it is offline. */
const MISSED = 10;
const SIDES = ['ours', 'stock'];

/** In the page: `received` collects the texts, `onlineAt` and `completeAt` the moments in milliseconds. */
const PAGE_SCRIPT = `
  import { createClient } from './libs/client/src/index';
  import { browser } from './libs/client/src/browser/browser';
  import { io } from 'socket.io-client';
  window.addEventListener('online', () => (window.onlineAt = performance.now()));
  const receive = ({ text }) => {
    window.received.push(text);
    if (window.received.length === ${MISSED}) window.completeAt = performance.now();
  };
  window.expectMissed = () => Object.assign(window, { received: [], completeAt: 0 });
  window.expectMissed();
  window.startClient = (side, url, token) => {
    if (side === 'ours') {
      const client = createClient({ url, getToken: () => token, ...browser() });
      client.on('chat:message', receive);
      window.isLive = () => client.state.get().phase === 'live';
      return client.connect();
    }
    const socket = io(url, { auth: { token }, transports: ['websocket'] });
    socket.on('chat:message', receive);
    window.isLive = () => socket.connected;
    return new Promise((resolve) => socket.once('system:sync', () => resolve()));
  };
`;

async function servePage() {
  const { outputFiles } = await build({
    stdin: { contents: PAGE_SCRIPT, resolveDir: new URL('../..', import.meta.url).pathname, loader: 'ts' },
    bundle: true,
    format: 'iife',
    platform: 'browser',
    write: false,
  });
  const server = createServer((request, response) => {
    const isScript = request.url === '/page.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(
      isScript ? outputFiles[0].text : '<!doctype html><title>Back online</title><script src="/page.js"></script>',
    );
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}

async function openTab(browser, { page, serverUrl, side }) {
  const context = await browser.newContext();
  const tab = await context.newPage();
  const name = `Runner${Math.random()
    .toString(36)
    .replace(/[^a-z]/g, '')
    .slice(0, 8)}`;
  const { accessToken } = await post(serverUrl, '/api/auth/guest', { name });
  await tab.goto(page.url);
  await tab.evaluate(([name, url, token]) => globalThis.startClient(name, url, token), [side, serverUrl, accessToken]);
  return { context, tab };
}

/** All tabs lose the network for a while, miss messages, and return. @returns milliseconds, by tab. */
async function measureRound(tabs, speaker) {
  for (const { context, tab } of tabs) {
    await tab.evaluate(() => globalThis.expectMissed());
    await context.setOffline(true);
  }
  for (const { tab } of tabs) await tab.waitForFunction(() => !globalThis.isLive());
  const offlineAt = Date.now();
  for (let number = 0; number < MISSED; number++)
    await emitCommand(speaker, 'chat:message', { channel: 'global', text: `message ${number}` });
  await delay(OFFLINE_MS - (Date.now() - offlineAt));
  return Promise.all(
    tabs.map(async ({ context, tab }) => {
      await context.setOffline(false);
      await tab.waitForFunction(() => globalThis.completeAt > 0, undefined, { timeout: 60_000 });
      return tab.evaluate(() => globalThis.completeAt - globalThis.onlineAt);
    }),
  );
}

const quantile = (values, share) => values.toSorted((one, other) => one - other)[Math.ceil(values.length * share) - 1];

const server = await startDemoServer({ LIMITS: 'off' });
const serverUrl = server.url.replace(/\/$/, '');
const page = await servePage();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
const { accessToken } = await post(serverUrl, '/api/auth/guest', {});
const speaker = io(serverUrl, { auth: { token: accessToken }, transports: ['websocket'] });
for (const side of SIDES) {
  const tabs = await Promise.all(Array.from({ length: TABS }, () => openTab(browser, { page, serverUrl, side })));
  const times = [];
  while (times.length < RUNS) times.push(...(await measureRound(tabs, speaker)));
  const [median, p95, highest] = [0.5, 0.95, 1].map((share) => Math.round(quantile(times, share)));
  console.log(`${side.padEnd(6)} ${times.length} returns: median ${median} ms, p95 ${p95} ms, highest ${highest} ms`);
  for (const { context } of tabs) await context.close();
}
speaker.disconnect();
await browser.close();
page.close();
await server.close();
process.exit();
