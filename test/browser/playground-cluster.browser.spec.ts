/** The playground in a cluster: the node of a visitor is killed, and the ledger finds nothing missed. */
import type { Browser } from 'playwright-core';
import { launchChromium } from '../support/browser/chromium';
import { PlaygroundVisitor } from '../support/browser/playground-visitor';
import { CLUSTER_START_MS, DemonstrationCluster } from '../support/servers/demonstration-cluster';

const TALKING = 5;

// A cluster and a browser take their time on a small machine.
jest.setTimeout(240_000);

let cluster: DemonstrationCluster;
let browser: Browser;
beforeAll(async () => {
  [cluster, browser] = await Promise.all([DemonstrationCluster.start(), launchChromium()]);
}, CLUSTER_START_MS);
afterAll(async () => {
  await browser.close();
  await cluster.stop();
});

it('proof: after the node of the visitor was killed nothing is missed, doubled or out of order', async () => {
  const anna = await PlaygroundVisitor.open(browser, `${cluster.url}/`);
  await anna.playAsGuest();
  await anna.button('Invite talkers').click();
  await anna.untilLedger('received', TALKING);
  await anna.button('Kill my node').click();
  expect(await anna.result(/Back in .* missed/)).toMatch(/ · 0 missed$/);
  expect(cluster.output).toMatch(/node-\d +has ended, and starts again/);
  await anna.button('Compare now').click();
  await anna.page.locator('[data-ledger=verdict]', { hasText: '0 · 0 · 0' }).waitFor();
  const { received, stored } = await anna.ledgerCounts();
  expect(received).toBe(stored);
});
