/** A page in a browser of its own, in which nothing may go wrong unnoticed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';

export const SCREEN_SIZES = { wide: { width: 1280, height: 720 }, narrow: { width: 360, height: 740 } } as const;
export type ScreenSize = keyof typeof SCREEN_SIZES;

/** Text instead of a function: the types of tests know no browser. */
const THROW_VIOLATIONS = `addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
  throw new Error('refused by the policy: ' + violatedDirective + ' ' + blockedURI);
});`;
/** Long enough for a busy machine. */
const PATIENCE_MS = 90_000;

export class WatchedPage {
  /** Errors of the console and of scripts, and violations of the content security policy. */
  readonly problems: string[] = [];

  private constructor(
    private readonly context: BrowserContext,
    readonly page: Page,
  ) {}

  static async open(browser: Browser, url: string, size: ScreenSize = 'wide'): Promise<WatchedPage> {
    const context = await browser.newContext({ viewport: SCREEN_SIZES[size] });
    await context.addInitScript({ content: THROW_VIOLATIONS });
    context.setDefaultTimeout(PATIENCE_MS);
    return WatchedPage.openIn(context, url);
  }

  /** In another tab of the browser of this page. */
  static openBeside(page: Page, url: string): Promise<WatchedPage> {
    return WatchedPage.openIn(page.context(), url);
  }

  private static async openIn(context: BrowserContext, url: string): Promise<WatchedPage> {
    const page = await context.newPage();
    const watched = new WatchedPage(context, page);
    page.on('console', (line) => line.type() === 'error' && watched.problems.push(line.text()));
    page.on('pageerror', (error) => watched.problems.push(error.message));
    await page.goto(url);
    return watched;
  }

  close(): Promise<void> {
    return this.context.close();
  }
}

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const SCREENSHOTS = join(__dirname, '..', '..', '..', 'screenshots');

/** Keeps a picture of each examined screen, for people to look at. */
async function takeScreenshot(page: Page, screen: string): Promise<void> {
  const { pathname } = new URL(page.url());
  const words = `${pathname} ${screen} ${page.viewportSize()?.width}`.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  await page.screenshot({ path: join(SCREENSHOTS, `${words.join('-')}.png`) });
}

/** What axe finds on the screen as it is, one line for each element, and whether the page is wider than the screen. */
export async function accessibilityFindings(page: Page, screen: string): Promise<string[]> {
  await takeScreenshot(page, screen);
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
  return [
    ...violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${screen}: ${id} ${target.join(' ')}`)),
    ...(overflow > 0 ? [`${screen}: wider than the screen`] : []),
  ];
}
