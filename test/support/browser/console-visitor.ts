/** An administrator in the console: a browser of its own, in which nothing may go wrong unnoticed. */
import type { Browser, Locator, Page } from 'playwright-core';
import { type ScreenSize, WatchedPage } from './watched-page';

interface Credentials {
  readonly login: string;
  readonly password: string;
}

export class ConsoleVisitor {
  private constructor(private readonly watched: WatchedPage) {}

  /** @param url of the server. */
  static async open(browser: Browser, url: string, size: ScreenSize = 'wide'): Promise<ConsoleVisitor> {
    return new ConsoleVisitor(await WatchedPage.open(browser, `${url}/admin`, size));
  }

  /** In another tab of the browser of this page. @param url of the server. */
  static async openBeside(page: Page, url: string): Promise<ConsoleVisitor> {
    return new ConsoleVisitor(await WatchedPage.openBeside(page, `${url}/admin`));
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

  async submitLogin({ login, password }: Credentials): Promise<void> {
    await this.page.getByLabel('Username').fill(login);
    await this.page.getByLabel('Password').fill(password);
    await this.button('Log in').click();
  }

  async logIn(credentials: Credentials): Promise<void> {
    await this.submitLogin(credentials);
    await this.heading('Overview').waitFor();
  }

  async show(view: string): Promise<void> {
    await this.page.getByRole('link', { name: view, exact: true }).first().click();
    await this.heading(view).waitFor();
  }

  /** Finds a user by the beginning of the display name, and shows it. */
  async showPerson(name: string): Promise<void> {
    await this.show('People');
    await this.page.getByLabel('Display name begins with').fill(name);
    await this.page.getByRole('link', { name, exact: true }).click();
    await this.heading(name).waitFor();
  }

  get dialog(): Locator {
    return this.page.getByRole('dialog');
  }

  /** Fills the open dialog in, and confirms it. @param typed what a dangerous action asks to type. */
  async confirm(label: string, reason?: string, typed?: string): Promise<void> {
    const { dialog } = this;
    if (reason !== undefined) await dialog.getByLabel('Reason').fill(reason);
    if (typed !== undefined) await dialog.getByLabel(`Type ${typed} to confirm`).fill(typed);
    await dialog.getByRole('button', { name: label, exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  heading(name: string): Locator {
    return this.page.getByRole('heading', { level: 1, name, exact: true });
  }
}
