/** Room names: parsing is the inverse of building. */
import { parseRoom, RoomKind, roomName } from './rooms';

describe('room names', () => {
  it.each(Object.values(RoomKind))('are parsed to the kind and id that they were built from: %s', (kind) => {
    const isSingleton = kind === RoomKind.Lobby || kind === RoomKind.Status || kind === RoomKind.Admin;
    expect(parseRoom(roomName(kind, 'some:id'))).toEqual({ kind, id: isSingleton ? '' : 'some:id' });
  });

  it('may have a kind of the game', () => expect(parseRoom(roomName('raid', '7'))).toEqual({ kind: 'raid', id: '7' }));
  it('are not built without an id for kinds that need one', () =>
    expect(() => roomName(RoomKind.Zone)).toThrow("kind 'zone' needs an id"));
  it.each(['', ':', 'zone:', ':id', 'kR3b_socket-id'])("do not include '%s'", (name) =>
    expect(parseRoom(name)).toBeNull(),
  );
});
