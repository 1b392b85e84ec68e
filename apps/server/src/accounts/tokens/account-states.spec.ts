/** What is remembered of accounts spares the database, and is never older than a change that has been told. */
import type { AccountState } from '../account';
import { AccountsRepository } from '../accounts.repository';
import { AccountStates } from './account-states';
import { aloneBus } from '../../../../../test/support/bus';

const active: AccountState = {
  id: 'u1',
  displayName: 'anna',
  roles: ['player'],
  status: 'active',
  banReason: null,
  bannedUntil: null,
};
const banned: AccountState = { ...active, status: 'banned' };

/** Answers when the test says so. */
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
  states = new AccountStates(accounts, aloneBus(), { now: () => now });
  states.onModuleInit();
});

async function read(state: AccountState | null, sessionId = 's1'): Promise<AccountState | null> {
  const reading = states.of('u1', sessionId);
  accounts.answer(state);
  return reading;
}

it('asks the database once for all who ask at the same time, and for some seconds after', async () => {
  const both = Promise.all([states.of('u1', 's1'), states.of('u1', 's1')]);
  accounts.answer(active);
  expect(await both).toEqual([active, active]);
  now += 9_999;
  expect(await states.of('u1', 's1')).toBe(active);
  expect(accounts.reads).toHaveLength(1);
  now += 1;
  expect(await read(banned)).toBe(banned);
});

it('remembers each session by itself', async () => {
  expect(await read(active)).toBe(active);
  expect(await read(null, 's2')).toBeNull();
  expect(await states.of('u1', 's1')).toBe(active);
});

it('reads again after a change, in all sessions of the account', async () => {
  await read(active);
  await read(active, 's2');
  states.changed('u1');
  expect(await read(banned)).toBe(banned);
  expect(await read(banned, 's2')).toBe(banned);
});

it('leaves the accounts of others alone', async () => {
  await read(active);
  states.changed('u2');
  expect(await states.of('u1', 's1')).toBe(active);
  expect(accounts.reads).toHaveLength(1);
});

it('never tells what it read before a change to somebody who hears it after', async () => {
  const reading = states.of('u1', 's1');
  states.changed('u1');
  accounts.answer(active);
  await new Promise(process.nextTick);
  expect(accounts.reads).toHaveLength(2);
  accounts.answer(banned);
  expect(await reading).toBe(banned);
});

it('does not remember a failure', async () => {
  const reading = states.of('u1', 's1');
  accounts.reads[0]?.reject(new Error('away'));
  await expect(reading).rejects.toThrow('away');
  expect(await read(active)).toBe(active);
});
