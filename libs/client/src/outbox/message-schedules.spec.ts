/** Any order of cuts, reloads, tabs, expired tokens and changes of the user: each message is stored once, in order, as its author. */
import { SimulatedServer, type CutPoint, type SimulatedLink } from '../../../../test/support/sdk/simulated-server';
import { SimulatedBrowser } from '../../../../test/support/sdk/simulated-tabs';
import { VirtualClock } from '../../../../test/support/sdk/virtual-clock';
import { fc, propertyRuns } from '../../../../test/support/properties';
import { Client } from '../client';
import type { RequestError } from '../base/request-error';
import type { Fetch } from '../http/http-api';
import { MemoryStorage } from './outbox-storage';

const TAB_NUMBERS = [0, 1, 2];
const USERS = ['ada', 'bob'] as const;
const CONVERSATION = 'c1';
const TWO_A_SECOND = { limit: 120, windowMs: 60_000, burst: 1, excess: 'refuse' };

type Step =
  | { readonly do: 'send'; readonly tab: number }
  | { readonly do: 'cut'; readonly tab: number }
  | { readonly do: 'cutNext'; readonly tab: number; readonly at: CutPoint }
  | { readonly do: 'reload'; readonly tab: number }
  | { readonly do: 'expire'; readonly tab: number }
  | { readonly do: 'switchUser'; readonly user: number }
  | { readonly do: 'outage' }
  | { readonly do: 'pass'; readonly ms: number };

const tab = fc.constantFrom(...TAB_NUMBERS);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('send' as const), tab }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cut' as const), tab }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('cutNext' as const),
      tab,
      at: fc.constantFrom<CutPoint[]>('before-commit', 'before-answer'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('reload' as const), tab }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('expire' as const), tab }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('switchUser' as const), user: fc.nat(USERS.length - 1) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('outage' as const) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 3_000 }) }) },
);

interface OpenTab {
  readonly client: Client;
  token: string;
  link: SimulatedLink | undefined;
  close(): void;
}

/** One browser with several tabs of one user at a time. */
class Scene {
  readonly server: SimulatedServer;
  /** What `send` has accepted, by user and tab, in order. */
  readonly accepted: Record<string, string[][]> = Object.fromEntries(
    USERS.map((user) => [user, TAB_NUMBERS.map(() => [])]),
  );
  private readonly storage = new MemoryStorage();
  private readonly browser = new SimulatedBrowser();
  private readonly tabs: OpenTab[] = [];
  private user: string = USERS[0];
  private serial = 0;

  /**
   * @param knowsLogin whether the application gives the id of the user who is logged in.
   * @param isPaced whether most messages wait for the client's own pacing.
   */
  constructor(
    readonly clock: VirtualClock,
    private readonly knowsLogin: boolean,
    private readonly isPaced: boolean,
  ) {
    this.server = new SimulatedServer(clock);
  }

  async open(): Promise<void> {
    for (const number of TAB_NUMBERS) this.tabs[number] = this.openTab();
    await this.clock.pass(1_000);
  }

  async play(step: Step): Promise<void> {
    if (step.do === 'send') await this.send(step.tab);
    else if (step.do === 'cut') this.tabs[step.tab]?.link?.cut();
    else if (step.do === 'cutNext') this.tabs[step.tab]?.link?.cutNextMessage(step.at);
    else if (step.do === 'reload') this.reload(step.tab);
    else if (step.do === 'expire') this.expire(this.tabs[step.tab]);
    else if (step.do === 'switchUser') this.switchUser(USERS[step.user] ?? USERS[0]);
    else if (step.do === 'outage') this.server.isReachable = !this.server.isReachable;
    else await this.clock.pass(step.ms);
  }

  /** Everything works again: each user returns once, and its messages are sent. */
  async heal(): Promise<void> {
    this.server.isReachable = true;
    for (const user of USERS) {
      this.switchUser(user);
      await this.clock.passUntil(() => this.tabs.every(({ client }) => client.state.get().phase === 'live'), 120_000);
      await this.clock.passUntil(() => this.tabs.every(({ client }) => client.state.get().queued === 0), 120_000);
    }
    for (const { client } of this.tabs) client.close();
  }

  private openTab(): OpenTab {
    const { tabs, close } = this.browser.openTab();
    const opened: OpenTab = {
      token: this.server.newToken(this.user),
      link: undefined,
      close: () => {
        opened.client.close();
        close();
      },
      client: new Client({
        url: 'http://server',
        getToken: () => opened.token,
        ...(this.knowsLogin && { getUserId: () => this.user }),
        clock: this.clock,
        storage: this.storage,
        tabs,
        fetch: (url) => this.fetch(url),
        newId: () => `message${++this.serial}`,
        openLink: (auth, handlers) => (opened.link = this.server.openLink(auth, handlers) as SimulatedLink),
      }),
    };
    opened.client.connect().catch(() => undefined);
    return opened;
  }

  private async fetch(url: string): ReturnType<Fetch> {
    if (!this.isPaced || !url.endsWith('/policies')) throw new Error('no HTTP here');
    return { ok: true, status: 200, json: async () => ({ commands: { 'message:send': TWO_A_SECOND }, guests: {} }) };
  }

  private async send(number: number): Promise<void> {
    const from = this.tabs[number];
    if (!from || (!this.knowsLogin && from.client.userId !== this.user)) return;
    const tempId = `message${++this.serial}`;
    try {
      // Accepted when it is stored; a tab that is closed before has not resolved.
      await from.client.outbox.add({ tempId, conversationId: CONVERSATION, content: tempId });
      this.accepted[this.user]?.[number]?.push(tempId);
    } catch (error) {
      // It has connected with the former login's token.
      if (from.client.userId === this.user || (error as RequestError).code !== 'CLOSED') throw error;
    }
  }

  private reload(number: number): void {
    this.tabs[number]?.close();
    this.tabs[number] = this.openTab();
  }

  private expire(tab: OpenTab | undefined): void {
    if (!tab) return;
    this.server.expire(tab.token);
    tab.link?.push('system:disconnected', { code: 'EXPIRED_TOKEN', message: '', reconnect: true });
    // The application gets its next token a moment later.
    this.clock.after(500, () => (tab.token = this.server.newToken(this.user)));
    tab.link?.cut();
  }

  /** Logs out in all tabs, and in as another user. */
  private switchUser(user: string): void {
    this.user = user;
    for (const tab of this.tabs) {
      tab.token = this.server.newToken(user);
      tab.link?.cut();
    }
  }
}

it('outbox: stores each accepted message once, in order, as its author, whatever is cut, reloaded, expired or switched', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 40 }),
      fc.integer(),
      fc.boolean(),
      fc.boolean(),
      async (steps, seed, knowsLogin, isPaced) => {
        const scene = new Scene(new VirtualClock(1_000_000, seed), knowsLogin, isPaced);
        await scene.open();
        for (const next of steps) await scene.play(next);
        await scene.heal();
        for (const user of USERS) {
          const stored = scene.server.messages.filter(({ userId }) => userId === user).map(({ tempId }) => tempId);
          const accepted = scene.accepted[user] ?? [];
          expect([...stored].sort()).toEqual(accepted.flat().sort());
          for (const ofTab of accepted) expect(stored.filter((tempId) => ofTab.includes(tempId))).toEqual(ofTab);
        }
      },
    ),
    { numRuns: propertyRuns(200) },
  );
}, 600_000);
