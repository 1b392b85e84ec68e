/** The cache of account states: saves queries, and never returns a state older than a published change. */
import type { AccountState } from '../account';
import { AccountsRepository } from '../accounts.repository';
import { AccountStates } from './account-states';
import { singleNodeBus } from '../../../../../test/support/servers/single-node-bus';

const active: AccountState = {
  id: 'u1',
  displayName: 'anna',
  roles: ['player'],
  status: 'active',
  banReason: null,
  bannedUntil: null,
};
const banned: AccountState = { ...active, status: 'banned' };

/** A repository whose queries complete when the test calls `answer`. */
class SlowAccounts extends AccountsRepository {
  readonly reads: { resolve: (state: AccountState | null) => void; reject: (error: Error) => void }[] = [];

  constructor() {
    super(undefined as never);
  }

  override stateInSession(): Promise<AccountState | null> {
    return new Promise((resolve, reject) => this.reads.push({ resolve, reject }));
  }

  answer(state: AccountState | null): void {
    this.reads.at(-1)?.resolve(state);
  }
}

let now = 0;
let accounts: SlowAccounts;
let states: AccountStates;

beforeEach(() => {
  now = 1_000;
  accounts = new SlowAccounts();
  states = new AccountStates(accounts, singleNodeBus(), { now: () => now });
  states.onModuleInit();
});

async function read(state: AccountState | null, sessionId = 's1'): Promise<AccountState | null> {
  const reading = states.stateOf('u1', sessionId);
  accounts.answer(state);
  return reading;
}

it('stateOf: queries once for concurrent calls, and for ten seconds after', async () => {
  const both = Promise.all([states.stateOf('u1', 's1'), states.stateOf('u1', 's1')]);
  accounts.answer(active);
  expect(await both).toEqual([active, active]);
  now += 10_000;
  expect(await states.stateOf('u1', 's1')).toBe(active);
  expect(accounts.reads).toHaveLength(1);
  now += 1;
  expect(await read(banned)).toBe(banned);
});

it('stateOf: caches each session separately', async () => {
  expect(await read(active)).toBe(active);
  expect(await read(null, 's2')).toBeNull();
  expect(await states.stateOf('u1', 's1')).toBe(active);
});

it('publishChange: invalidates all sessions of the account', async () => {
  await read(active);
  await read(active, 's2');
  states.publishChange('u1');
  expect(await read(banned)).toBe(banned);
  expect(await read(banned, 's2')).toBe(banned);
});

it('publishChange: keeps the states of other accounts', async () => {
  await read(active);
  states.publishChange('u2');
  expect(await states.stateOf('u1', 's1')).toBe(active);
  expect(accounts.reads).toHaveLength(1);
});

it('stateOf: reads again if the account changes during the query', async () => {
  const reading = states.stateOf('u1', 's1');
  states.publishChange('u1');
  accounts.answer(active);
  await new Promise(process.nextTick);
  expect(accounts.reads).toHaveLength(2);
  accounts.answer(banned);
  expect(await reading).toBe(banned);
});

it('stateOf: does not cache a failure', async () => {
  const reading = states.stateOf('u1', 's1');
  accounts.reads[0]?.reject(new Error('away'));
  await expect(reading).rejects.toThrow('away');
  expect(await read(active)).toBe(active);
});
