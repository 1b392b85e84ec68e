/** The connected sockets of this node that an entry is for. */
import type { Adapter } from 'socket.io-adapter';
import type { JournalEntry } from './journal-entry';
import type { NamespaceInternals, SocketInternals } from './socket-internals';

export function receivers(
  { rooms: all }: Pick<Adapter, 'rooms'>,
  { sockets }: NamespaceInternals,
  { rooms, except }: Pick<JournalEntry, 'rooms' | 'except'>,
): Iterable<SocketInternals> {
  const found = new Set<SocketInternals>();
  if (rooms.length === 0) for (const socket of sockets.values()) found.add(socket);
  for (const room of rooms) {
    for (const id of all.get(room) ?? []) {
      const socket = sockets.get(id);
      if (socket) found.add(socket);
    }
  }
  for (const room of except) {
    for (const id of all.get(room) ?? []) {
      const socket = sockets.get(id);
      if (socket) found.delete(socket);
    }
  }
  return found;
}
