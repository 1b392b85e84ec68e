/** Known addresses on a real database: bounded, forgotten in time, gone with their account, and readable by nobody. */
import { AccountsWorld } from '../../../../../test/support/accounts';
import { knownAddresses } from './known-addresses.schema';

const DAY_MS = 86_400_000;
let world: AccountsWorld;

beforeAll(async () => (world = await AccountsWorld.open()));
afterAll(() => world.close());

const account = async (): Promise<string> => (await world.registration.playAsGuest({})).user.id;

it('are those of one account, and no others', async () => {
  const [anna, ben] = [await account(), await account()];
  await world.addresses.remember(anna, '198.51.100.3');
  expect(await world.addresses.has(anna, '198.51.100.3')).toBe(true);
  expect(await world.addresses.has(anna, '198.51.100.4')).toBe(false);
  expect(await world.addresses.has(ben, '198.51.100.3')).toBe(false);
});

it('are ten at most: those used last', async () => {
  const anna = await account();
  for (let each = 0; each < 12; each++) {
    world.now += 1_000;
    await world.addresses.remember(anna, `198.51.100.${each}`);
    await world.addresses.remember(anna, '198.51.100.0');
  }
  const known = await Promise.all(
    Array.from({ length: 12 }, (_, each) => world.addresses.has(anna, `198.51.100.${each}`)),
  );
  expect(known).toEqual([true, false, false, ...Array<boolean>(9).fill(true)]);
  expect(await world.addresses.export(anna)).toHaveLength(10);
});

it('are forgotten after a time without use, when asked to, and with the account', async () => {
  const [anna, ben, carl] = [await account(), await account(), await account()];
  for (const id of [anna, ben, carl]) await world.addresses.remember(id, '198.51.100.3');
  await world.addresses.forgetAll(anna);
  await world.data.erase(ben);
  expect(await Promise.all([anna, ben, carl].map((id) => world.addresses.has(id, '198.51.100.3')))).toEqual([
    false,
    false,
    true,
  ]);
  world.now += 90 * DAY_MS;
  expect(await world.addresses.has(carl, '198.51.100.3')).toBe(false);
  await world.addresses.removeExpired(1_000);
  expect(await world.database.db.select().from(knownAddresses)).toEqual([]);
});

it('are kept as hashes', async () => {
  const anna = await account();
  await world.addresses.remember(anna, '198.51.100.77');
  const rows = await world.database.db.select().from(knownAddresses);
  expect(rows.map(({ addressHash }) => addressHash)).toEqual([expect.stringMatching(/^[\w-]{43}$/)]);
  expect(JSON.stringify(rows)).not.toContain('198.51');
});
