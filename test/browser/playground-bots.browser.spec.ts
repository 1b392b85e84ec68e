/** The slider for bots: they enter the world, others see them, and they leave. */
import type { Browser } from 'playwright-core';
import type { ServerEnvironment } from '../support/environment';
import { launchChromium } from '../support/browser/chromium';
import { type PlaygroundServer, startPlaygroundServer } from '../support/browser/playground-server';
import { PlaygroundVisitor } from '../support/browser/playground-visitor';
import { waitUntil } from '../support/clients/client';

// Several browsers and a server take their time on a small machine.
jest.setTimeout(240_000);

const BOTS = 3;
/** Shorter than it takes a bot to say its third line. */
const SHORT_TTL = '15s';

let browser: Browser;
let server: PlaygroundServer | undefined;

beforeAll(async () => (browser = await launchChromium()), 120_000);
afterAll(() => browser.close());
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function visit(count: number, environment: ServerEnvironment = {}): Promise<PlaygroundVisitor[]> {
  server = await startPlaygroundServer(environment);
  const visitors: PlaygroundVisitor[] = [];
  for (let index = 0; index < count; index++) {
    const visitor = await PlaygroundVisitor.open(browser, server.url);
    await visitor.playAsGuest();
    visitors.push(visitor);
  }
  return visitors;
}

const chooseBots = ({ page }: PlaygroundVisitor, count: number): Promise<void> =>
  page.getByRole('slider', { name: 'Bots' }).fill(String(count));
const untilBots = ({ page }: PlaygroundVisitor, count: number): Promise<void> =>
  page.locator(`[data-bots="${count}"]`).waitFor();
const untilPopulation = ({ page }: PlaygroundVisitor, count: number): Promise<void> =>
  page.locator('.header-zone', { hasText: ` ${count} here` }).waitFor();

it('bots: go on talking after the end of their first access tokens', async () => {
  const [anna] = (await visit(1, { ACCESS_TOKEN_TTL: SHORT_TTL })) as [PlaygroundVisitor];
  await chooseBots(anna, 1);
  await anna.page
    .locator('.chat-line', { hasText: /line 3 of / })
    .first()
    .waitFor();
  expect(anna.problems).toEqual([]);
  await anna.close();
});

it('bots: others see and read as many as the slider says, and none once it is back at 0', async () => {
  const [anna, ben] = (await visit(2)) as [PlaygroundVisitor, PlaygroundVisitor];
  await chooseBots(anna, BOTS);
  await untilBots(anna, BOTS);
  await untilPopulation(ben, 2 + BOTS);
  const speakers = async (): Promise<number> =>
    new Set(await ben.page.locator('.chat-line', { hasText: /line 1 of / }).allInnerTexts()).size;
  await waitUntil(async () => (await speakers()) === BOTS, 'a line of each bot', 60_000);
  await anna.page.getByRole('slider', { name: 'Bots' }).focus();
  await anna.page.keyboard.press('ArrowLeft');
  await untilPopulation(ben, 1 + BOTS);
  await anna.page.keyboard.press('Home');
  await untilBots(anna, 0);
  await untilPopulation(ben, 2);
  expect([...anna.problems, ...ben.problems]).toEqual([]);
  await Promise.all([anna.close(), ben.close()]);
});

it('bots: leave with the page that has brought them', async () => {
  const [anna, ben] = (await visit(2)) as [PlaygroundVisitor, PlaygroundVisitor];
  await chooseBots(anna, BOTS);
  await untilPopulation(ben, 2 + BOTS);
  await ben.showPanel('Around you');
  const players = ben.page.locator('.row .player-name');
  await players.nth(BOTS).waitFor();
  const [name] = (await anna.page.locator('.header-hero').innerText()).split(' level');
  await anna.page.goto('about:blank');
  // The character of the visitor herself stays until her session ends.
  await ben.page.locator('.header-zone', { hasText: / [12] here/ }).waitFor();
  await waitUntil(async () => (await players.allInnerTexts()).every((shown) => shown === name), 'no bot is in view');
  expect([...anna.problems, ...ben.problems]).toEqual([]);
  await Promise.all([anna.close(), ben.close()]);
});

it('bots: more than the server lets in show the code of the refusal, and when the next one comes', async () => {
  const [anna] = (await visit(1, { LIMITS: 'on' })) as [PlaygroundVisitor];
  await chooseBots(anna, 20);
  const refusal = anna.page.locator('.bots-refusal', { hasText: 'RATE_LIMITED: ' });
  await refusal.waitFor();
  expect(await refusal.innerText()).toMatch(/\. The next bot comes at \d\d:\d\d:\d\d\.$/);
  expect(await anna.page.locator('.bots-count').innerText()).toMatch(/^\d+ of 20$/);
  await chooseBots(anna, 1);
  await untilBots(anna, 1);
  expect(await anna.page.locator('.bots-refusal').innerText()).toBe('');
  // The browser reports the refusal itself.
  expect(anna.problems.filter((problem) => !problem.includes('429'))).toEqual([]);
  await anna.close();
});
