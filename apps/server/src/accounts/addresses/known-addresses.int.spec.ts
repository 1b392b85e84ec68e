/** Known addresses on a real database: bounded, expiring, deleted with their account, and stored as hashes. */
import { AccountsFixture } from '../../../../../test/support/domains/accounts-fixture';
import { knownAddresses } from './known-addresses.schema';

const DAY_MS = 86_400_000;
let world: AccountsFixture;

beforeAll(async () => (world = await AccountsFixture.open()));
afterAll(() => world.close());

const account = async (): Promise<string> => (await world.registration.playAsGuest({})).user.id;

it('known addresses: belong to one account', async () => {
  const [anna, ben] = [await account(), await account()];
  await world.addresses.remember(anna, '198.51.100.3');
  expect(await world.addresses.has(anna, '198.51.100.3')).toBe(true);
  expect(await world.addresses.has(anna, '198.51.100.4')).toBe(false);
  expect(await world.addresses.has(ben, '198.51.100.3')).toBe(false);
});

it('known addresses: keeps the ten most recently used', async () => {
  const anna = await account();
  for (let host = 0; host < 12; host++) {
    world.now += 1_000;
    await world.addresses.remember(anna, `198.51.100.${host}`);
    await world.addresses.remember(anna, '198.51.100.0');
  }
  const known = await Promise.all(
    Array.from({ length: 12 }, (_, host) => world.addresses.has(anna, `198.51.100.${host}`)),
  );
  expect(known).toEqual([true, false, false, ...Array<boolean>(9).fill(true)]);
  expect(await world.addresses.export(anna)).toHaveLength(10);
});

it('known addresses: are removed after 90 days without use, on request, and with the account', async () => {
  const [anna, ben, carl] = [await account(), await account(), await account()];
  for (const id of [anna, ben, carl]) await world.addresses.remember(id, '198.51.100.3');
  await world.addresses.removeAll(anna);
  await world.data.deleteAccount(ben);
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

it('known addresses: are stored as hashes', async () => {
  const anna = await account();
  await world.addresses.remember(anna, '198.51.100.77');
  const rows = await world.database.db.select().from(knownAddresses);
  expect(rows.map(({ addressHash }) => addressHash)).toEqual([expect.stringMatching(/^[\w-]{43}$/)]);
  expect(JSON.stringify(rows)).not.toContain('198.51');
});
