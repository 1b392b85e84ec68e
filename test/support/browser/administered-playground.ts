/** A server with the page and the console, its administrator, and a browser, for the tests of one suite. */
import type { Browser } from 'playwright-core';
import { type Player, registerAdmin } from '../clients/client';
import { launchChromium } from './chromium';
import { type PlaygroundServer, startPlaygroundServer } from './playground-server';

const START_MS = 120_000;

export interface AdministeredPlayground {
  readonly server: PlaygroundServer;
  readonly browser: Browser;
  readonly boss: Player;
}

/** Call it once, at the top of a suite. @param admins the names that may register as administrators; `boss` has done so. */
export function useAdministeredPlayground(admins = 'boss'): AdministeredPlayground {
  const playground = {} as { -readonly [Key in keyof AdministeredPlayground]: AdministeredPlayground[Key] };
  beforeAll(async () => {
    [playground.server, playground.browser] = await Promise.all([
      startPlaygroundServer({ ADMIN_USERS: admins }),
      launchChromium(),
    ]);
    playground.boss = await registerAdmin(playground.server.origin);
  }, START_MS);
  afterAll(async () => {
    await playground.browser.close();
    await playground.server.close();
  });
  return playground;
}
