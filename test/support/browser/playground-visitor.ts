/** A visitor of the playground: a browser of its own, in which nothing may go wrong unnoticed. */
import type { Browser, Locator, Page } from 'playwright-core';
import { type ScreenSize, WatchedPage } from './watched-page';

interface Shown {
  readonly textContent: string;
}

export class PlaygroundVisitor {
  private constructor(private readonly watched: WatchedPage) {}

  static async open(browser: Browser, url: string, size: ScreenSize = 'wide'): Promise<PlaygroundVisitor> {
    return new PlaygroundVisitor(await WatchedPage.open(browser, url, size));
  }

  get page(): Page {
    return this.watched.page;
  }

  get problems(): readonly string[] {
    return this.watched.problems;
  }

  /** For problems that a test expects. */
  takeProblems(): string[] {
    return this.watched.problems.splice(0);
  }

  close(): Promise<void> {
    return this.watched.close();
  }

  /** Enters the world by one click. @returns the proposed name of the character. */
  async playAsGuest(): Promise<string> {
    const name = await this.page.getByLabel('Name of your character').inputValue();
    await this.button('Play as guest').click();
    await this.untilInWorld();
    return name;
  }

  async untilInWorld(): Promise<void> {
    await this.page.getByRole('status').filter({ hasText: 'live' }).waitFor();
    await this.page.locator('#world').waitFor();
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  async showPanel(title: string): Promise<void> {
    await this.page.getByRole('tab', { name: title }).click();
  }

  /** Opens the actions for a player or monster around. */
  async choose(name: string): Promise<void> {
    await this.showPanel('Around you');
    await this.page.locator('.row-toggle', { hasText: name }).first().click();
  }

  async say(text: string): Promise<void> {
    await this.page.locator('#say').fill(text);
    await this.page.keyboard.press('Enter');
  }

  async write(text: string): Promise<void> {
    await this.page.locator('#write').fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** Waits until the outage has begun: a short one may be over before it is seen. */
  async cut(how: 'Drop' | 'Black hole'): Promise<void> {
    const before = await this.page.locator('.result').getAttribute('data-outage');
    await this.button(how).click();
    await this.page.locator(`.result[data-outage]:not([data-outage="${before}"])`).waitFor();
  }

  /** The line under the timeline, once it contains this. */
  async result(expected: RegExp): Promise<string> {
    const line = this.page.locator('.result').filter({ hasText: expected });
    await line.waitFor();
    return line.innerText();
  }

  /** Waits for so many lines in a column of the ledger. */
  async untilLedger(column: 'received' | 'stored', atLeast: number): Promise<void> {
    await this.page.waitForFunction(
      ([selector, wanted]) => {
        const { document } = globalThis as unknown as { document: { querySelector(selector: string): Shown | null } };
        return Number(document.querySelector(selector)?.textContent) >= wanted;
      },
      [`[data-ledger=${column}]`, atLeast] as const,
    );
  }

  /** Both columns of the ledger at one moment, as numbers of lines. */
  async ledgerCounts(): Promise<{ received: number; stored: number }> {
    const [received = 0, stored = 0] = await this.page.evaluate<number[]>(
      `['received', 'stored'].map((column) => Number(document.querySelector('[data-ledger=' + column + ']').textContent))`,
    );
    return { received, stored };
  }

  /** A column of the ledger. */
  ledger(column: 'received' | 'stored' | 'verdict'): Promise<string> {
    return this.page.locator(`[data-ledger=${column}]`).innerText();
  }
}
