/** The proof strip: after each way to lose the connection, the ledger finds nothing missed, doubled or out of order. */
import type { Browser } from 'playwright-core';
import { launchChromium } from '../support/browser/chromium';
import { type PlaygroundServer, startPlaygroundServer } from '../support/browser/playground-server';
import { PlaygroundVisitor } from '../support/browser/playground-visitor';
import { propertyRuns } from '../support/properties';

const TALKING = 5;
const CLEAN = '0 · 0 · 0';

/** Of four cuts each; `TEST_EFFORT=250` makes a thousand. */
const ROUNDS = propertyRuns(1);

// Several browsers and a server take their time on a small machine.
const LIMIT_MS = 240_000;
jest.setTimeout(LIMIT_MS);

let server: PlaygroundServer;
let browser: Browser;
let anna: PlaygroundVisitor;

beforeAll(async () => {
  [server, browser] = await Promise.all([startPlaygroundServer(), launchChromium()]);
  anna = await PlaygroundVisitor.open(browser, server.url);
  await anna.playAsGuest();
  await anna.button('Invite talkers').click();
  await anna.untilLedger('received', TALKING);
}, 120_000);
afterAll(async () => {
  await browser.close();
  await server.close();
});
afterEach(() => expect(anna.problems).toEqual([]));

async function expectCleanLedger(): Promise<void> {
  await anna.button('Compare now').click();
  await anna.page.locator('[data-ledger=verdict]', { hasText: CLEAN }).waitFor();
  const { received, stored } = await anna.ledgerCounts();
  expect(received).toBe(stored);
  expect(stored).toBeGreaterThanOrEqual(TALKING);
}

it('proof: after a drop nothing is missed, doubled or out of order', async () => {
  await anna.cut('Drop');
  expect(await anna.result(/Back in .* missed/)).toMatch(/ · 0 missed$/);
  await expectCleanLedger();
});

it('proof: after a black hole the lines of the outage are caught up, and nothing is missed', async () => {
  await anna.cut('Black hole');
  // The client notices after some seconds, in which others talk.
  expect(await anna.result(/Back in .* missed/)).toMatch(/ · [1-9]\d* caught up · 0 missed$/);
  await expectCleanLedger();
});

it(
  'proof: after both in a row the ledger is still clean',
  async () => {
    for (let round = 0; round < ROUNDS; round++) {
      for (const how of ['Drop', 'Drop', 'Black hole', 'Drop'] as const) {
        await anna.cut(how);
        expect(await anna.result(/Back in .* missed/)).toMatch(/ · 0 missed$/);
      }
      await expectCleanLedger();
    }
  },
  LIMIT_MS * ROUNDS,
);

it('proof: the server says what is stored, not what the browser remembers', async () => {
  const stored = Number(await anna.ledger('stored'));
  // Others go on talking: a later comparison reads more.
  while (Number(await anna.ledger('stored')) <= stored) await anna.button('Compare now').click();
});
