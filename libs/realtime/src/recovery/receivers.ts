/** The connected sockets of this node that an entry is for. */
import type { Adapter } from 'socket.io-adapter';
import type { JournalEntry } from './journal-entry';
import type { NamespaceInternals, SocketInternals } from './socket-internals';

/** Calls back once per socket. The common case, one room and nobody left out, makes no set. */
export function forReceivers(
  { rooms: all }: Pick<Adapter, 'rooms'>,
  { sockets }: NamespaceInternals,
  { rooms, except }: Pick<JournalEntry, 'rooms' | 'except'>,
  give: (socket: SocketInternals) => void,
): void {
  const [only] = rooms;
  const idsOf = (room: string): Iterable<string> => all.get(room) ?? [];
  let ids: Iterable<string>;
  if (rooms.length === 0) ids = sockets.keys();
  else if (rooms.length === 1 && only !== undefined) ids = idsOf(only);
  else ids = new Set(rooms.flatMap((room) => [...idsOf(room)]));
  const left = except.length > 0 ? new Set(except.flatMap((room) => [...idsOf(room)])) : null;
  for (const id of ids) {
    const socket = left?.has(id) ? undefined : sockets.get(id);
    if (socket) give(socket);
  }
}
