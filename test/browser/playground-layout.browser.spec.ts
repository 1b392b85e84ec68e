/** The playground in low windows, such as a phone on its side or a page at 200 %, and in forced colours. */
import type { Browser } from 'playwright-core';
import { launchChromium } from '../support/browser/chromium';
import { type PlaygroundServer, startPlaygroundServer } from '../support/browser/playground-server';
import { PlaygroundVisitor } from '../support/browser/playground-visitor';
import { accessibilityFindings } from '../support/browser/watched-page';

// Several browsers and a server take their time on a small machine.
jest.setTimeout(240_000);

/** Lower than this, a list shows no whole line between its head and the field below it. */
const MIN_LIST = 80;

let server: PlaygroundServer;
let browser: Browser;
let anna: PlaygroundVisitor;

beforeAll(async () => {
  [server, browser] = await Promise.all([startPlaygroundServer(), launchChromium()]);
  anna = await PlaygroundVisitor.open(browser, server.url);
  await anna.playAsGuest();
}, 240_000);
afterAll(async () => {
  await browser.close();
  await server.close();
});

it.each([
  [640, 360],
  [1280, 360],
])('layout: in a window of %d × %d the panel and all of the proof can be used', async (width, height) => {
  await anna.page.setViewportSize({ width, height });
  const list = await anna.page.locator('.panel-body').boundingBox();
  expect(list?.height).toBeGreaterThanOrEqual(MIN_LIST);
  const field = await anna.page.locator('#say').boundingBox();
  expect((field?.y ?? 0) + (field?.height ?? 0)).toBeLessThanOrEqual(height);
  await anna.page.locator('.proof-chip').click();
  for (const name of ['Drop', 'Invite talkers', 'Compare now']) {
    await anna.button(name).scrollIntoViewIfNeeded();
    const box = await anna.button(name).boundingBox();
    expect(box?.y).toBeGreaterThanOrEqual(0);
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(height);
  }
  await anna.button('Compare now').click();
  await anna.page.locator('[data-ledger=verdict]', { hasText: '0 · 0 · 0' }).waitFor();
  expect(await accessibilityFindings(anna.page, `${width} × ${height}`)).toEqual([]);
  await anna.page.locator('.proof-chip').click();
  expect(anna.problems).toEqual([]);
});

it('layout: in forced colours the chosen tab and channel differ from the others', async () => {
  await anna.page.emulateMedia({ forcedColors: 'active' });
  const borders = (selector: string): Promise<string[]> =>
    anna.page.evaluate<string[]>(
      `[...document.querySelectorAll('${selector}')].map((each) => getComputedStyle(each).borderTopWidth)`,
    );
  const [chosenTab, otherTab] = [await borders('[aria-selected=true]'), await borders('[aria-selected=false]')];
  expect(chosenTab).toEqual(['2px']);
  expect(otherTab).not.toContain('2px');
  const channels = '[aria-label=Channel] ';
  expect(await borders(`${channels}[aria-pressed=true]`)).toEqual(['2px']);
  expect(await borders(`${channels}[aria-pressed=false]`)).not.toContain('2px');
  expect(anna.problems).toEqual([]);
});
