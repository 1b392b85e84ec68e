/** Ids are written in any case and read in lower case. */
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

const SOUND = { id: UPPER, ids: [UPPER, LOWER], target: 'Rats.1', cursors: { [UPPER]: 3 } };
const read = (payload: object): Sample => plainToInstance(Sample, { ...SOUND, ...payload });
const wrong = (payload: object): string[] =>
  validateSync(read(payload), { whitelist: false }).map(({ property }) => property);

it('makes every id canonical, and leaves other texts as they are', () => {
  expect({ ...read({}) }).toEqual({ id: LOWER, ids: [LOWER, LOWER], target: 'Rats.1', cursors: { [LOWER]: 3 } });
  expect({ ...read({ target: UPPER }) }).toMatchObject({ target: LOWER });
  expect([canonicalId(UPPER), canonicalId('X'), canonicalId(7)]).toEqual([LOWER, 'X', 7]);
});

it('takes the lower number of a conversation that is named twice', () => {
  expect(read({ cursors: { [LOWER]: 9, [UPPER]: 3 } }).cursors).toEqual({ [LOWER]: 3 });
});

it.each([null, 1, {}, [LOWER], '', '-'.repeat(36), `${LOWER} `, 'g'.repeat(36)])('%j is no id', (value) => {
  expect(wrong({ id: value })).toEqual(['id']);
  expect(wrong({ ids: [value] })).toEqual(['ids']);
});

it.each([[[]], [[LOWER, LOWER, LOWER]], LOWER, null])('%j is no list of one or two ids', (value) =>
  expect(wrong({ ids: value })).toEqual(['ids']),
);

it.each([[[]], null, { [UPPER]: -1 }, { [UPPER]: '1' }, { [UPPER]: 1.5 }, { x: 1 }, { [UPPER]: null }])(
  '%j are no cursors',
  (value) => expect(wrong({ cursors: value })).toEqual(['cursors']),
);
