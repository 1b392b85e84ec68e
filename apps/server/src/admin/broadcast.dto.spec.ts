/** What is said to somebody whose announcement is not complete: first what is missing, and nothing of what need not be there. */
import { AppError } from '@aeturnis/contracts';
import { WsValidationPipe } from '@aeturnis/realtime';
import { BroadcastDto } from './broadcast.dto';

const read = new WsValidationPipe().readerOf(BroadcastDto);
const REST = { message: 'hello', level: 'info' };
const ID = '0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11';

function problemsOf(payload: object): string[] {
  try {
    read(payload);
    return [];
  } catch (error) {
    return ((error as AppError).details as { field: string }[]).map(({ field }) => field);
  }
}

it.each<[string, object, string[]]>([
  ['no target', REST, ['target']],
  ['a target that is none', { ...REST, target: 'galaxy' }, ['target']],
  ['a target of null', { ...REST, target: null }, ['target']],
  ['all', { ...REST, target: 'all' }, []],
  ['all, and an id of null', { ...REST, target: 'all', id: null }, []],
  ['a zone without an id', { ...REST, target: 'zone' }, ['id']],
  ['a zone', { ...REST, target: 'zone', id: 'harbor' }, []],
  ['a user', { ...REST, target: 'user', id: ID.toUpperCase() }, []],
])('%s', (_, payload, problems) => expect(problemsOf(payload)).toEqual(problems));

it('the id of a user is canonical, and the id of a zone stays as it is', () => {
  expect(read({ ...REST, target: 'user', id: ID.toUpperCase() })).toMatchObject({ id: ID });
  expect(read({ ...REST, target: 'zone', id: 'Harbor' })).toMatchObject({ id: 'Harbor' });
});
