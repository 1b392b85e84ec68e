/** A visitor of the playground: a browser of its own, in which nothing may go wrong unnoticed. */
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';

export const SCREEN_SIZES = { wide: { width: 1280, height: 720 }, narrow: { width: 360, height: 740 } } as const;
export type ScreenSize = keyof typeof SCREEN_SIZES;

/** Text instead of a function: the types of tests know no browser. */
const THROW_VIOLATIONS = `addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
  throw new Error('refused by the policy: ' + violatedDirective + ' ' + blockedURI);
});`;
/** Long enough for a busy machine. */
const PATIENCE_MS = 90_000;

interface Shown {
  readonly textContent: string;
}

export class PlaygroundVisitor {
  /** Errors of the console and of scripts, and violations of the content security policy. */
  readonly problems: string[] = [];

  private constructor(
    private readonly context: BrowserContext,
    readonly page: Page,
  ) {}

  static async open(browser: Browser, url: string, size: ScreenSize = 'wide'): Promise<PlaygroundVisitor> {
    const context = await browser.newContext({ viewport: SCREEN_SIZES[size] });
    await context.addInitScript({ content: THROW_VIOLATIONS });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    const visitor = new PlaygroundVisitor(context, page);
    page.on('console', (line) => line.type() === 'error' && visitor.problems.push(line.text()));
    page.on('pageerror', (error) => visitor.problems.push(error.message));
    await page.goto(url);
    return visitor;
  }

  close(): Promise<void> {
    return this.context.close();
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

  /** By how many pixels the page is wider than the screen. */
  overflow(): Promise<number> {
    return this.page.evaluate('document.documentElement.scrollWidth - innerWidth');
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
