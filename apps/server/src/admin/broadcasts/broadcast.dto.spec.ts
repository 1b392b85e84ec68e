/** BroadcastDto: which fields of an announcement are reported as invalid. */
import { AppError } from '@aeturnis/contracts';
import { WsValidationPipe } from '@aeturnis/realtime';
import { BroadcastDto } from './broadcast.dto';

const parse = new WsValidationPipe().parserFor(BroadcastDto);
const REST = { message: 'hello', level: 'info' };
const ID = '0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11';

function problemsOf(payload: object): string[] {
  try {
    parse(payload);
    return [];
  } catch (error) {
    return ((error as AppError).details as { field: string }[]).map(({ field }) => field);
  }
}

it.each<[string, object, string[]]>([
  ['no target', REST, ['target']],
  ['an unknown target', { ...REST, target: 'galaxy' }, ['target']],
  ['a target of null', { ...REST, target: null }, ['target']],
  ['all', { ...REST, target: 'all' }, []],
  ['all with an id of null', { ...REST, target: 'all', id: null }, []],
  ['a zone without an id', { ...REST, target: 'zone' }, ['id']],
  ['a zone', { ...REST, target: 'zone', id: 'harbor' }, []],
  ['a room without an id', { ...REST, target: 'room' }, ['id']],
  ['a room', { ...REST, target: 'room', id: 'zone:harbor' }, []],
  ['a user', { ...REST, target: 'user', id: ID.toUpperCase() }, []],
])('an announcement with %s: reports the expected fields', (_, payload, problems) =>
  expect(problemsOf(payload)).toEqual(problems),
);

it('converts the id of a user to canonical form, and does not change the name of a zone', () => {
  expect(parse({ ...REST, target: 'user', id: ID.toUpperCase() })).toMatchObject({ id: ID });
  expect(parse({ ...REST, target: 'zone', id: 'Harbor' })).toMatchObject({ id: 'Harbor' });
});
