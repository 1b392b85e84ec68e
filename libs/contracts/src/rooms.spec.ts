/** Names of rooms are built and parsed in one place. */
import { parseRoom, RoomKind, roomName } from './rooms';

describe('room names', () => {
  it.each(Object.values(RoomKind))('parses what it builds: %s', (kind) => {
    const single = kind === RoomKind.Lobby || kind === RoomKind.Status;
    expect(parseRoom(roomName(kind, 'some:id'))).toEqual({ kind, id: single ? '' : 'some:id' });
  });

  it('lets a game have kinds of its own', () =>
    expect(parseRoom(roomName('raid', '7'))).toEqual({ kind: 'raid', id: '7' }));
  it('refuses a room without an id', () => expect(() => roomName(RoomKind.Zone)).toThrow("kind 'zone' needs an id"));
  it.each(['', ':', 'zone:', ':id', 'kR3b_socket-id'])("knows that '%s' is no room", (name) =>
    expect(parseRoom(name)).toBeNull(),
  );
});
