/** Ids in requests: accepted in any case, converted to lower case. */
import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { canonicalId, CanonicalId, IsId, IsIdList } from './ids';
import { IsSyncCursors } from './sync-cursors';

const LOWER = '0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11';
const UPPER = LOWER.toUpperCase();

class Sample {
  @IsId() id: unknown;
  @IsIdList({ min: 1, max: 2 }) ids: unknown;
  @CanonicalId() target: unknown;
  @IsSyncCursors() cursors: unknown;
}

const VALID = { id: UPPER, ids: [UPPER, LOWER], target: 'Rats.1', cursors: { [UPPER]: 3 } };
const read = (payload: object): Sample => plainToInstance(Sample, { ...VALID, ...payload });
const invalidFields = (payload: object): string[] =>
  validateSync(read(payload), { whitelist: false }).map(({ property }) => property);

it('ids are converted to lower case, and other texts are unchanged', () => {
  expect({ ...read({}) }).toEqual({ id: LOWER, ids: [LOWER, LOWER], target: 'Rats.1', cursors: { [LOWER]: 3 } });
  expect({ ...read({ target: UPPER }) }).toMatchObject({ target: LOWER });
  expect([canonicalId(UPPER), canonicalId('X'), canonicalId(7)]).toEqual([LOWER, 'X', 7]);
});

it('cursors of a conversation that is named twice have the lower seq', () => {
  expect(read({ cursors: { [LOWER]: 9, [UPPER]: 3 } }).cursors).toEqual({ [LOWER]: 3 });
});

it.each([null, 1, {}, [LOWER], '', '-'.repeat(36), `${LOWER} `, 'g'.repeat(36)])('%j is not an id', (value) => {
  expect(invalidFields({ id: value })).toEqual(['id']);
  expect(invalidFields({ ids: [value] })).toEqual(['ids']);
});

it.each([[[]], [[LOWER, LOWER, LOWER]], LOWER, null])('%j is not a list of one or two ids', (value) =>
  expect(invalidFields({ ids: value })).toEqual(['ids']),
);

it.each([[[]], null, { [UPPER]: -1 }, { [UPPER]: '1' }, { [UPPER]: 1.5 }, { x: 1 }, { [UPPER]: null }])(
  '%j is not an object of cursors',
  (value) => expect(invalidFields({ cursors: value })).toEqual(['cursors']),
);
