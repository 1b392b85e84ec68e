/** A Chromium whose tabs are hidden and frozen as on a desk: Playwright else keeps every tab in the foreground. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { CHROMIUM_ARGUMENTS, chromiumPath } from './chromium';

export class BackgroundChromium {
  private constructor(
    readonly context: BrowserContext,
    private readonly end: () => Promise<void>,
  ) {}

  static async launch(): Promise<BackgroundChromium> {
    const profile = mkdtempSync(join(tmpdir(), 'aeturnis-chromium-'));
    const own = ['--headless', '--no-startup-window', '--remote-debugging-port=0', `--user-data-dir=${profile}`];
    const child = spawn(chromiumPath(), [...CHROMIUM_ARGUMENTS, ...own], {
      stdio: ['ignore', 'ignore', 'pipe'],
      // A group of its own, with the processes that Chromium starts.
      detached: true,
    });
    const exited = once(child, 'exit');
    const url = await new Promise<string>((resolve, reject) => {
      let output = '';
      child.stderr.on('data', (text) => {
        output += String(text);
        const [, address] = /DevTools listening on (\S+)/.exec(output) ?? [];
        if (address !== undefined) resolve(address);
      });
      child.once('exit', () => reject(new Error(`Chromium has ended:\n${output}`)));
    });
    const browser = await chromium.connectOverCDP(url, { noDefaults: true, timeout: 100_000 });
    const [context] = browser.contexts();
    if (!context) throw new Error('Chromium has no default context');
    return new BackgroundChromium(context, async () => {
      await browser.close();
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      child.stderr.destroy();
      await exited;
      rmSync(profile, { recursive: true, force: true, maxRetries: 10 });
    });
  }

  /** Shows another tab instead of those that are open. */
  async hideTabs(): Promise<void> {
    const other = await this.context.newPage();
    await other.bringToFront();
  }

  /** Stops the timers and tasks of a hidden tab, as browsers do after some minutes. Chromium closes its connections. */
  async freeze(tab: Page): Promise<void> {
    await this.setLifecycle(tab, 'frozen');
  }

  /** Shows the tab again. */
  async show(tab: Page): Promise<void> {
    await this.setLifecycle(tab, 'active');
    await tab.bringToFront();
  }

  close(): Promise<void> {
    return this.end();
  }

  private async setLifecycle(tab: Page, state: 'frozen' | 'active'): Promise<void> {
    const devtools = await this.context.newCDPSession(tab);
    await devtools.send('Page.setWebLifecycleState', { state });
    await devtools.detach();
  }
}
