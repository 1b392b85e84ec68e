/** Rolls: their addresses, their range, and known values that other implementations have to reproduce. */
import { createHmac } from 'node:crypto';
import { fc } from '../../../test/support/properties';
import { AddressedRolls, type AddressDigest } from './rolls';

const digest: AddressDigest = (address) => createHmac('sha256', 'key').update(address).digest();

it('AddressedRolls: reads the number of an index from the digest of its address', () => {
  const rolls = new AddressedRolls('fight', digest);
  const bytes = createHmac('sha256', 'key').update('fight|7|anna|strike|0').digest();
  const next = createHmac('sha256', 'key').update('fight|7|anna|strike|1').digest();
  expect(rolls.below(10_000, 7, 'anna', 'strike', 0)).toBe(bytes.readUInt32BE(0) % 10_000);
  expect(rolls.below(10_000, 7, 'anna', 'strike', 7)).toBe(bytes.readUInt32BE(28) % 10_000);
  expect(rolls.below(10_000, 7, 'anna', 'strike', 8)).toBe(next.readUInt32BE(0) % 10_000);
});

it('AddressedRolls: a roll does not depend on those before it', () => {
  const address = fc.tuple(
    fc.integer({ min: 1, max: 10_000 }),
    fc.nat(500),
    fc.constantFrom('anna', 'ben'),
    fc.constantFrom('order', 'strike', 'behaviour', 'flee', 'loot'),
    fc.nat(40),
  );
  fc.assert(
    fc.property(fc.array(address, { minLength: 1, maxLength: 20 }), (addresses) => {
      const shared = new AddressedRolls('fight', digest);
      for (const one of addresses) {
        const alone = new AddressedRolls('fight', digest).below(...one);
        expect(shared.below(...one)).toBe(alone);
        expect(alone).toBeLessThan(one[0]);
      }
    }),
  );
});

it('AddressedRolls: numbers are spread evenly', () => {
  const counts = new Array<number>(20).fill(0);
  const rolls = new AddressedRolls('fight', digest);
  for (let turn = 0; turn < 40_000; turn++) {
    const rolled = rolls.below(20, turn, 'anna', 'strike', turn % 8);
    counts[rolled] = (counts[rolled] ?? 0) + 1;
  }
  const chiSquare = counts.reduce((sum, count) => sum + (count - 2_000) ** 2 / 2_000, 0);
  // 19 degrees of freedom: above 43.8 in one of a thousand sets of even numbers, and this set is always the same.
  expect(chiSquare).toBeLessThan(43.8);
});
