// A visitor of the playground in a real Chromium, and the processes that it needs.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const ROOT = new URL('../../../', import.meta.url);
const PATIENCE_MS = 120_000;

/** In the page: how long the callbacks of each frame have taken, and the time from one frame to the next, in milliseconds. */
const FRAME_RECORDER = `(() => {
  const request = globalThis.requestAnimationFrame.bind(window);
  let started = 0;
  globalThis.recordedFrames = { work: [], intervals: [] };
  globalThis.requestAnimationFrame = (callback) => request((time) => {
    const { work, intervals } = globalThis.recordedFrames;
    if (time !== started) {
      if (started > 0) intervals.push(time - started);
      started = time;
      work.push(0);
    }
    const before = performance.now();
    callback(time);
    work[work.length - 1] += performance.now() - before;
  });
})();`;

export const launch = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });

/** Ends with this process. @param ready matches the line that names the URL. */
export async function startScript(script, settings, ready) {
  // Not removed at the exit of this process: PostgreSQL, which ends a little later, cannot be stopped without its files.
  const folder = mkdtempSync(join(tmpdir(), 'aeturnis-'));
  chmodSync(folder, 0o755);
  const child = spawn(process.execPath, ['--import', new URL('scripts/end-with-parent.mjs', ROOT).href, script], {
    cwd: fileURLToPath(ROOT),
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      NODE_ENV: 'development',
      HOST: '127.0.0.1',
      PORT: '0',
      LIMITS: 'off',
      LOG_LEVEL: 'info',
      DATA_DIR: folder,
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const url = await new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        output = (output + String(chunk)).slice(-20_000);
        const found = ready.exec(output);
        if (found) resolve(found[1]);
      });
    child.once('exit', () => reject(new Error(output)));
  });
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
    rmSync(folder, { recursive: true, force: true });
  };
  return { url, child, stop };
}

/** `problems`: errors of scripts and violations of the content security policy. @param watch is called before the page loads. */
export async function openPage(browser, url, watch = () => {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 } });
  context.setDefaultTimeout(PATIENCE_MS);
  await context.addInitScript({ content: FRAME_RECORDER });
  const page = await context.newPage();
  const problems = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (line) => {
    if (/content security policy|trusted/i.test(line.text())) problems.push(line.text());
  });
  watch(page);
  await page.goto(url);
  return { context, page, problems };
}

/** Plays as a guest. */
export async function visit(browser, url, watch) {
  const visitor = await openPage(browser, url, watch);
  await visitor.page.getByRole('button', { name: 'Play as guest', exact: true }).click();
  await visitor.page.locator('#world').waitFor();
  return visitor;
}

/** What the frames since the last call took: `work` and `intervals`, each `{median, p95, highest, count}` in milliseconds. */
export async function takeFrames(page) {
  const frames = await page.evaluate(() => {
    const taken = globalThis.recordedFrames;
    globalThis.recordedFrames = { work: [], intervals: [] };
    return taken;
  });
  return { work: summary(frames.work), intervals: summary(frames.intervals) };
}

export function summary(values) {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share) => Number((sorted[Math.ceil(sorted.length * share) - 1] ?? 0).toFixed(1));
  return { median: at(0.5), p95: at(0.95), highest: at(1), count: sorted.length };
}

export const lineOf = ({ median, p95, highest, count }) =>
  `median ${median} ms, p95 ${p95} ms, highest ${highest} ms (${count})`;
