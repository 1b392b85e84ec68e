// Rooms over several nodes, and two ways of talking in them.
import { WireClient } from './wire.mjs';

export const ROOMS = 20;
export const MEMBERS = 50;
const EVENTS_PER_SECOND = 400;
const IN_FLIGHT_PER_ROOM = 4;
const CONNECTING = 50;
const TEXT = 'The quick brown fox jumps over the lazy dog';

/** Every other member of a room is on the other node. */
export async function enter(urls) {
  const rooms = Array.from({ length: ROOMS }, (_, index) => ({
    name: `room-${index}`,
    members: [],
    turn: 0,
    heard: 0,
  }));
  const seats = rooms.flatMap((room) => Array.from({ length: MEMBERS }, (_, seat) => ({ room, seat })));
  const take = async () => {
    for (let next = seats.pop(); next; next = seats.pop()) {
      const { room, seat } = next;
      const member = await WireClient.connect(urls[seat % urls.length], `${room.name}-${seat}`);
      await member.send('bench:join', { room: room.name });
      room.members.push(member);
    }
  };
  await Promise.all(Array.from({ length: CONNECTING }, take));
  return rooms;
}

function speakIn(room) {
  const member = room.members[room.turn++ % MEMBERS];
  return member.send('bench:say', { room: room.name, text: TEXT }).then(({ success }) => {
    if (!success) throw new Error('a command was refused');
  });
}

export const deliveries = (rooms) => rooms.flatMap(({ members }) => members).reduce((sum, { said }) => sum + said, 0);

/** By the clock, whatever the answers do. */
export function steady(rooms) {
  const startedAt = performance.now();
  let said = 0;
  const timer = setInterval(() => {
    const due = ((performance.now() - startedAt) / 1_000) * EVENTS_PER_SECOND;
    for (; said < due; said++) void speakIn(rooms[said % ROOMS]);
  }, 2);
  return () => clearInterval(timer);
}

/** As much as goes: when all members of a room have heard one, the next is said. */
export function saturated(rooms) {
  let going = true;
  for (const room of rooms) {
    room.heard = 0;
    for (const member of room.members) {
      member.onSaid = () => {
        if (++room.heard % MEMBERS === 0 && going) void speakIn(room);
      };
    }
    for (let n = 0; n < IN_FLIGHT_PER_ROOM; n++) void speakIn(room);
  }
  return () => {
    going = false;
  };
}
