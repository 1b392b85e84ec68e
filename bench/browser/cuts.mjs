// Cuts the connections of pages in a real Chromium, and compares what they have received with what the server has stored:
// `CUTS=1000 node bench/browser/cuts.mjs`. Ends with an error if a line was missed, doubled or out of order.
import { launch, startScript, visit } from './support/visit.mjs';

const CUTS = Number(process.env.CUTS ?? 1_000);
const PAGES = 4;
/** What each page does in turn, then it compares. */
const ROUND = ['Drop', 'Drop', 'Black hole', 'Drop', 'Drop', 'Drop', 'Black hole', 'Drop', 'Drop', 'Kill my node'];
/** Cuts by which the pages are apart. */
const STAGGER = 3;
/** Lines that each page has received before its first cut. */
const TALKING = 5;
const REPORT_MS = 20_000;

const totals = { Drop: 0, 'Black hole': 0, 'Kill my node': 0, caughtUp: 0, renewed: 0, comparisons: 0 };
const faults = [];
let compared = 0;

async function cut(page, name) {
  // When the latest outage began: a short one may be over before it is seen.
  const before = await page.locator('.result').getAttribute('data-outage');
  await page.getByRole('button', { name, exact: true }).click();
  await page.locator(`.result[data-outage]:not([data-outage="${before}"])`).waitFor();
  const result = page.locator('.result').filter({ hasText: /Back in .* missed/ });
  await result.waitFor();
  const text = await result.innerText();
  totals[name] += 1;
  totals.caughtUp += Number(/(\d+) caught up/.exec(text)?.[1] ?? 0);
  if (text.includes('in a new session')) totals.renewed += 1;
  if (!text.includes(' 0 missed')) faults.push(`${name}: ${text}`);
}

/** The others go on talking: until more is stored than at the comparison before, the result is that of an earlier one. */
async function compare(page, storedBefore) {
  const button = page.getByRole('button', { name: 'Compare now', exact: true });
  const read = () =>
    page.evaluate(() =>
      ['verdict', 'stored'].map(
        (column) => globalThis.document.querySelector(`[data-ledger=${column}]`)?.textContent ?? '',
      ),
    );
  let [verdict, stored] = ['', String(storedBefore)];
  while (!(Number(stored) > storedBefore)) {
    await button.click();
    await button.and(page.locator(':enabled')).waitFor();
    [verdict, stored] = await read();
  }
  totals.comparisons += 1;
  if (!verdict.includes('0 · 0 · 0')) faults.push(`comparison: ${verdict}`);
  return Number(stored);
}

/** @param first where in the round it begins, so that the pages do not kill all nodes at once. */
async function cutAgainAndAgain(page, cuts, first) {
  let stored = 0;
  for (let done = 0; done < cuts; done++) {
    await cut(page, ROUND[(done + first) % ROUND.length]);
    if ((done + 1) % ROUND.length === 0 || done === cuts - 1) stored = await compare(page, stored);
  }
  compared += stored;
}

const cluster = await startScript('scripts/cluster/start-cluster.mjs', {}, /All nodes (http:\S+)/);
const browser = await launch();
const visits = [];
for (let n = 0; n < PAGES; n++) visits.push(await visit(browser, `${cluster.url}/`));
for (const { page } of visits) {
  await page.getByRole('button', { name: 'Invite talkers', exact: true }).click();
  await page.waitForFunction(
    (lines) => Number(globalThis.document.querySelector('[data-ledger=received]')?.textContent) >= lines,
    TALKING,
  );
}
const report = () =>
  console.log(
    `${totals.Drop} drops, ${totals['Black hole']} black holes, ${totals['Kill my node']} killed nodes: ` +
      `${totals.caughtUp} lines caught up, ${totals.renewed} times in a new session, ` +
      `${totals.comparisons} comparisons, ${faults.length} faults`,
  );
const timer = setInterval(report, REPORT_MS);
await Promise.all(visits.map(({ page }, index) => cutAgainAndAgain(page, Math.ceil(CUTS / PAGES), index * STAGGER)));
clearInterval(timer);
report();
faults.push(...visits.flatMap(({ problems }) => problems));
for (const fault of faults) console.error(fault);
console.log(`${compared} lines compared; ${faults.length === 0 ? '0 missed, 0 doubled, 0 out of order' : 'NOT clean'}`);
await browser.close();
await cluster.stop();
process.exit(faults.length === 0 ? 0 : 1);
