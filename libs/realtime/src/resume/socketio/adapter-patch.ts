/** Patches a Socket.IO adapter for session resume, once, on behalf of `ResumeService`: publishes via the journal, tracks rooms. */
import type { Adapter, BroadcastOptions } from 'socket.io-adapter';
import { hasSingleObjectPayload, type EventShapeGuard } from './event-shape-guard';
import type { RoomMembershipLimit } from '../../quota/room-membership-limit';
import type { ResumeCoordinator } from '../resume-coordinator';
import { EVENT_PACKET_TYPE } from '../../transport/internals/socketio-internals';

interface BroadcastPacket {
  type: number;
  id?: number;
  data: unknown[];
}

/** The sockets in a room, and the one string by which all of them refer to it. */
class RoomMembers extends Set<string> {
  constructor(readonly name: string) {
    super();
  }
}

/**
 * A packet to one socket of this node is a reply: written at once, never replayed. Volatile and local packets, and those with an
 * acknowledgement, go through the original adapter. All other events go through the journal. Events whose shape would cost
 * clients their resume are rejected. Joins and leaves are recorded in the sessions.
 */
export function patchAdapter(
  adapter: Adapter,
  coordinator: ResumeCoordinator,
  guard: EventShapeGuard,
  memberships: Pick<RoomMembershipLimit, 'add' | 'remove'>,
): void {
  const broadcast = adapter.broadcast.bind(adapter);
  const broadcastWithAck = adapter.broadcastWithAck.bind(adapter);
  const del = adapter.del.bind(adapter);
  const delAll = adapter.delAll.bind(adapter);
  const close = adapter.close.bind(adapter);

  adapter.broadcast = (packet: BroadcastPacket, options: BroadcastOptions) => {
    const { rooms, except, flags = {} } = options;
    const [only] = rooms;
    const singleSocket =
      rooms.size === 1 && only !== undefined && !except?.size ? coordinator.findSocket(only) : undefined;
    if (packet.type === EVENT_PACKET_TYPE && !hasSingleObjectPayload(packet.data)) {
      // The rejected event will not be acknowledged.
      if (packet.id !== undefined) singleSocket?.acks.delete(packet.id);
      return guard.reject(packet.data);
    }
    if (singleSocket) {
      singleSocket.notifyOutgoingListeners(packet);
      return singleSocket.packet(packet, flags);
    }
    if (packet.type !== EVENT_PACKET_TYPE || packet.id !== undefined || flags.volatile || flags.local)
      return broadcast(packet, options);
    coordinator.publish(packet.data, [...rooms], [...(except ?? [])]);
  };
  adapter.broadcastWithAck = (packet: BroadcastPacket, ...more) => {
    if (hasSingleObjectPayload(packet.data)) broadcastWithAck(packet, ...more);
    else guard.reject(packet.data);
  };
  // Replaces the adapter's own `addAll`, which repeats its lookups at every step.
  adapter.addAll = (id, rooms) => {
    const { sids } = adapter;
    let roomsOfSocket = sids.get(id);
    if (!roomsOfSocket) sids.set(id, (roomsOfSocket = new Set()));
    // Joins of one event-loop iteration are saved in one call, so that the last promise covers all of them.
    let stored: Promise<void> | undefined;
    const sizeBefore = roomsOfSocket.size;
    for (const name of rooms) {
      if (roomsOfSocket.has(name)) continue;
      const members = adapter.rooms.get(name);
      // All members share one string: a copy of the name per member would cost more than the rest of a membership.
      const room = members instanceof RoomMembers ? members.name : name;
      stored = coordinator.onJoin(id, room) ?? stored;
      roomsOfSocket.add(room);
      addMember(adapter, id, room, members);
    }
    memberships.add(roomsOfSocket.size - sizeBefore);
    return stored;
  };
  adapter.del = (id, room) => {
    if (adapter.sids.get(id)?.has(room)) {
      coordinator.onLeave(id, room);
      memberships.remove(1);
    }
    void del(id, room);
  };
  adapter.delAll = (id) => {
    coordinator.endSession(id);
    memberships.remove(adapter.sids.get(id)?.size ?? 0);
    delAll(id);
  };
  adapter.persistSession = ({ sid }) => coordinator.onSuspend(sid);
  adapter.close = () => {
    coordinator.close();
    return close();
  };
}

function addMember(adapter: Adapter, id: string, room: string, members: Set<string> | undefined): void {
  if (members) members.add(id);
  else {
    // A socket's own room never has a second member.
    adapter.rooms.set(room, (room === id ? new Set<string>() : new RoomMembers(room)).add(id));
    adapter.emit('create-room', room);
  }
  adapter.emit('join-room', room, id);
}
