/** Fight secrets: known values, which other implementations have to reproduce, and what depends on which seed. */
import { createHmac } from 'node:crypto';
import {
  type ClientSeeds,
  commitmentTo,
  createServerSeed,
  fightKey,
  jsonDigest,
  rollsFor,
  RULE_DATA_HASH,
} from './fight-secrets';

const SEED = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f';
const SEEDS = { ben: 'b0'.repeat(16), anna: 'a0'.repeat(16) };

it('createServerSeed: returns 64 hexadecimal digits, different ones each time', () => {
  const seeds = Array.from({ length: 100 }, createServerSeed);
  for (const seed of seeds) expect(seed).toMatch(/^[0-9a-f]{64}$/);
  expect(new Set(seeds).size).toBe(100);
});

it('commitmentTo: is SHA-256 of the bytes of the seed, not of its digits', () => {
  expect(commitmentTo(SEED)).toBe('630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd');
});

it.each(['', SEED.slice(1), SEED.toUpperCase(), `${SEED.slice(1)}g`, `${SEED}00`, `${SEED}\n`])(
  'commitmentTo and fightKey: refuse %j, which is no seed',
  (text) => {
    expect(() => commitmentTo(text)).toThrow('64 lower-case hexadecimal digits');
    expect(() => fightKey(text, {})).toThrow('64 lower-case hexadecimal digits');
  },
);

it('fightKey: is HMAC-SHA256 of the canonical JSON of the client seeds under the bytes of the server seed', () => {
  const message = `{"anna":"${SEEDS.anna}","ben":"${SEEDS.ben}"}`;
  expect(fightKey(SEED, SEEDS)).toEqual(createHmac('sha256', Buffer.from(SEED, 'hex')).update(message).digest());
  expect(fightKey(SEED, SEEDS).toString('hex')).toBe(
    '06ce7fa5fdf94d3385bb14dd2020f55a707571e4cdafdef078efd91f0f37de01',
  );
  expect(fightKey(SEED, {}).toString('hex')).toBe('86227fe96722a2247dcfee12c07d89c1b0567bbc9aa6a8d804838f66a3da843f');
});

it('fightKey: depends on each seed and on whose it is, not on the order in which the seeds arrived', () => {
  const { anna, ben } = SEEDS;
  expect(fightKey(SEED, { anna, ben })).toEqual(fightKey(SEED, SEEDS));
  const others: ClientSeeds[] = [{ anna }, { anna: ben, ben: anna }, { anna, ben: 'b1'.repeat(16) }];
  const keys = [
    ...others.map((seeds) => fightKey(SEED, seeds)),
    fightKey('ff'.repeat(32), SEEDS),
    fightKey(SEED, SEEDS),
  ];
  expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(keys.length);
});

it('rollsFor: reads the rolls of a fight from HMAC-SHA256 of their address under the fight key', () => {
  const digest = createHmac('sha256', fightKey(SEED, SEEDS))
    .update(`${commitmentTo(SEED)}|7|anna|strike|0`)
    .digest();
  const rolls = rollsFor(SEED, SEEDS);
  expect(rolls.below(10_000, 7, 'anna', 'strike', 2)).toBe(digest.readUInt32BE(8) % 10_000);
  expect([0, 1, 2].map((index) => rolls.below(100, 7, 'anna', 'strike', index))).toEqual([39, 48, 13]);
});

it('rollsFor: other seeds of server or players give other rolls', () => {
  const rolled = (seed: string, seeds: Record<string, string>): number =>
    rollsFor(seed, seeds).below(10_000, 1, 'anna', 'strike', 0);
  const all = [rolled(SEED, SEEDS), rolled('5e'.repeat(32), SEEDS), rolled(SEED, { anna: SEEDS.anna })];
  expect(new Set(all).size).toBe(3);
});

it('jsonDigest: is SHA-256 of canonical JSON', () => {
  expect(jsonDigest({ b: [1, null], a: 'ä' })).toBe('e4caa232016484a6396284455390402a812bfdd2be394296225426cebe5d05ad');
  expect(jsonDigest({ a: 'ä', b: [1, null], c: undefined })).toBe(jsonDigest({ b: [1, null], a: 'ä' }));
});

it('RULE_DATA_HASH: is the digest of the rule data that the recorded fights of the library have', () => {
  const golden = jest.requireActual<{ data: string }>(
    '../../../../../libs/combat-rules/src/simulation/golden-fights.json',
  );
  expect(RULE_DATA_HASH).toBe(golden.data);
});
