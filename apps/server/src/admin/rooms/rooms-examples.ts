/** Example responses of the routes for rooms, checked against their types. */
import type { RoomMembersPage, RoomsPage } from './admin-rooms.service';

export const ROOMS_EXAMPLE: RoomsPage = {
  rooms: [
    { name: 'global:chat', kind: 'global', connections: 1_610 },
    { name: 'zone:starting_village', kind: 'zone', connections: 214 },
  ],
  next: 'zone:starting_village',
  unansweredNodes: [],
};

export const ROOM_MEMBERS_EXAMPLE: RoomMembersPage = {
  room: 'zone:starting_village',
  kind: 'zone',
  members: [{ userId: '0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11', name: 'Anna', connections: 2 }],
  next: '0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11',
  unansweredNodes: [],
};
