/** Room names that administrators write: which can be the name of a room, and its form. */
import { toAddressableRoom } from './room-name-param.decorator';

const ID = '0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11';

it.each([
  ['lobby', 'lobby'],
  ['zone:starting_village', 'zone:starting_village'],
  ['zone:Harbor', 'zone:Harbor'],
  [`conversation:${ID.toUpperCase()}`, `conversation:${ID}`],
])('%s is the room %s', (name, room) => expect(toAddressableRoom(name)).toBe(room));

it.each(['', 'zone', 'zone:', ':id', 'lobby:1', 'admin:x', 'zone:a b', `zone:${'x'.repeat(100)}`])(
  "no room can be named '%s'",
  (name) => expect(toAddressableRoom(name)).toBeNull(),
);
