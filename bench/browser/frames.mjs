// Measures frames and memory of the playground with many movers on the screen: `MINUTES=10 node bench/browser/frames.mjs`.
import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { launch, lineOf, startScript, takeFrames, visit } from './support/visit.mjs';

const MOVERS = Number(process.env.MOVERS ?? 300);
const MINUTES = Number(process.env.MINUTES ?? 10);
const WITH_PARENT = ['--import', new URL('../../scripts/end-with-parent.mjs', import.meta.url).href];
const MINUTE_MS = 60_000;
const BYTES_PER_MB = 1_048_576;

const server = await startScript('scripts/start.mjs', {}, /Play +(http:\S+)/);
const bots = spawn(process.execPath, [...WITH_PARENT, 'scripts/bots.mjs', String(MOVERS), '--url', server.url], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
await new Promise((resolve, reject) => {
  bots.stdout.on('data', (chunk) => String(chunk).includes(`${MOVERS} of ${MOVERS} bots`) && resolve());
  bots.once('exit', (code) => reject(new Error(`the bots have ended with ${code}`)));
});
const browser = await launch();
const { context, page, problems } = await visit(browser, `${server.url}/`);
const session = await context.newCDPSession(page);
await delay(5_000);
await takeFrames(page);
for (let minute = 1; minute <= MINUTES; minute++) {
  await delay(MINUTE_MS);
  const { work, intervals } = await takeFrames(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const { nodes } = await session.send('Memory.getDOMCounters');
  const heap = (usedSize / BYTES_PER_MB).toFixed(1);
  console.log(
    `minute ${minute}: frame work ${lineOf(work)}; interval ${lineOf(intervals)}; heap ${heap} MB, ${nodes} nodes`,
  );
}
await page.screenshot({ path: process.env.SCREENSHOT ?? '/tmp/frames.png' });
for (const problem of problems) console.error(problem);
await browser.close();
bots.kill('SIGINT');
await server.stop();
process.exit();
