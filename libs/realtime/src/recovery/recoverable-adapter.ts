/** Puts recovery behind a Socket.IO adapter: the delivery class of a packet decides which way it goes. */
import type { Adapter, BroadcastOptions } from 'socket.io-adapter';
import { isWellFormed, type OutgoingGuard } from './outgoing-guard';
import type { RoomMemberships } from '../limits/room-memberships';
import type { Recovery } from './recovery';
import { EVENT } from './socket-internals';

interface Packet {
  type: number;
  id?: number;
  data: unknown[];
}

/** The sockets in a room, and the text by which all of them know it. */
class RoomMembers extends Set<string> {
  constructor(readonly name: string) {
    super();
  }
}

/**
 * To one socket of this node: a reply, written at once and never again. Volatile: as the adapter does it. Everything else
 * goes through the journal. Events of a form that would cost clients their recovery go no way at all. Rooms that sockets join and leave are noted with their place in it.
 */
export function makeRecoverable(
  adapter: Adapter,
  recovery: Recovery,
  guard: OutgoingGuard,
  memberships: Pick<RoomMemberships, 'added' | 'removed'>,
): void {
  const broadcast = adapter.broadcast.bind(adapter);
  const broadcastWithAck = adapter.broadcastWithAck.bind(adapter);
  const del = adapter.del.bind(adapter);
  const delAll = adapter.delAll.bind(adapter);
  const close = adapter.close.bind(adapter);

  adapter.broadcast = (packet: Packet, options: BroadcastOptions) => {
    const { rooms, except, flags = {} } = options;
    const [only] = rooms;
    const alone = rooms.size === 1 && only !== undefined && !except?.size ? recovery.socket(only) : undefined;
    if (packet.type === EVENT && !isWellFormed(packet.data)) {
      // Nobody will answer it.
      if (packet.id !== undefined) alone?.acks.delete(packet.id);
      return guard.refuse(packet.data);
    }
    if (alone) {
      alone.notifyOutgoingListeners(packet);
      return alone.packet(packet, flags);
    }
    if (packet.type !== EVENT || packet.id !== undefined || flags.volatile || flags.local)
      return broadcast(packet, options);
    recovery.emit(packet.data, [...rooms], [...(except ?? [])]);
  };
  adapter.broadcastWithAck = (packet: Packet, ...more) => {
    if (isWellFormed(packet.data)) broadcastWithAck(packet, ...more);
    else guard.refuse(packet.data);
  };
  // In place of the adapter's own, which looks up everything once more for each thing it does.
  adapter.addAll = (id, rooms) => {
    const { sids } = adapter;
    let own = sids.get(id);
    if (!own) sids.set(id, (own = new Set()));
    // What is joined in one turn is stored in one call, and that settles for all of it.
    let stored: Promise<void> | undefined;
    const before = own.size;
    for (const name of rooms) {
      if (own.has(name)) continue;
      const members = adapter.rooms.get(name);
      // One text for all members: names that are put together anew cost more than all else of a membership.
      const room = members instanceof RoomMembers ? members.name : name;
      stored = recovery.joined(id, room) ?? stored;
      own.add(room);
      enter(adapter, id, room, members);
    }
    memberships.added(own.size - before);
    return stored;
  };
  adapter.del = (id, room) => {
    const before = adapter.sids.get(id);
    if (before?.has(room)) {
      recovery.left(id, room);
      memberships.removed(1);
    }
    void del(id, room);
  };
  adapter.delAll = (id) => {
    recovery.gone(id);
    memberships.removed(adapter.sids.get(id)?.size ?? 0);
    delAll(id);
  };
  adapter.persistSession = ({ sid }) => recovery.suspended(sid);
  adapter.close = () => {
    recovery.close();
    return close();
  };
}

function enter(adapter: Adapter, id: string, room: string, members: Set<string> | undefined): void {
  if (members) members.add(id);
  else {
    // Nobody else enters a connection's own room.
    adapter.rooms.set(room, (room === id ? new Set<string>() : new RoomMembers(room)).add(id));
    adapter.emit('create-room', room);
  }
  adapter.emit('join-room', room, id);
}
