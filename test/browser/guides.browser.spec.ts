/** The page of the guides works in a browser as printed. */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../support/browser/chromium';
import { usePrivateServer } from '../support/servers/private-server';

const ROOT = join(__dirname, '..', '..');
const [, PAGE = ''] = /```html\n([\s\S]*?)```/.exec(readFileSync(join(ROOT, 'docs/guides.md'), 'utf8')) ?? [];
const SOCKET_IO = readFileSync(join(ROOT, 'node_modules/socket.io-client/dist/socket.io.esm.min.js'), 'utf8');

const server = usePrivateServer({ NODE_ENV: 'development' });
let browser: Browser;
let site: Server;

beforeAll(async () => {
  browser = await launchChromium();
  site = createServer(({ url = '' }, response) => {
    const isScript = url.startsWith('/socket.io.esm.min.js');
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? SOCKET_IO : PAGE);
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
}, 60_000);
afterAll(async () => {
  await browser.close();
  site.closeAllConnections();
  site.close();
});

it('guides: the page without a bundler shows its own chat message', async () => {
  const page = await browser.newPage();
  const { port } = site.address() as AddressInfo;
  await page.goto(`http://localhost:${port}/?server=${encodeURIComponent(server.url.replace(/\/$/, ''))}`);
  await page.waitForSelector('text=Hello from a page');
  expect(await page.locator('#chat li').count()).toBe(1);
});
