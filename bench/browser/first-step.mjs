// Measures how long a visitor takes from the "ready" of a new server to the first step that it accepts:
// `RUNS=10 node bench/browser/first-step.mjs`. The browser is open already; each run has a database of its own.
import { launch, lineOf, startScript, summary, visit } from './support/visit.mjs';

const RUNS = Number(process.env.RUNS ?? 10);
const COMMAND = /^42(\d+)\["character:move"/;

/** Resolves with the moment of the first step that the server has accepted. */
function firstStepOn(page) {
  return new Promise((resolve) =>
    page.on('websocket', (socket) => {
      const sent = new Set();
      socket.on('framesent', ({ payload }) => sent.add(COMMAND.exec(payload)?.[1]));
      socket.on('framereceived', ({ payload }) => {
        const [, id] = /^43(\d+)\[\{"success":true/.exec(payload) ?? [];
        if (id !== undefined && sent.has(id)) resolve(performance.now());
      });
    }),
  );
}

async function measure(browser) {
  const server = await startScript('scripts/start.mjs', {}, /Play +(http:\S+)/);
  const readyAt = performance.now();
  let firstStep;
  const { context, page } = await visit(browser, server.url, (opened) => (firstStep = firstStepOn(opened)));
  await page.locator('#world').focus();
  await page.keyboard.down('d');
  const elapsed = (await firstStep) - readyAt;
  await context.close();
  await server.stop();
  return elapsed;
}

const browser = await launch();
const elapsed = [];
for (let run = 0; run < RUNS; run++) elapsed.push(await measure(browser));
await browser.close();
console.log(`from "ready" to the first accepted step: ${lineOf(summary(elapsed))}`);
