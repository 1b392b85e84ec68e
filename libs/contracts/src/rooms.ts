/** The one place where room names are built and parsed. */

export enum RoomKind {
  User = 'user',
  Character = 'character',
  Zone = 'zone',
  Combat = 'combat',
  Spectate = 'spectate',
  Guild = 'guild',
  Party = 'party',
  Conversation = 'conversation',
  /** Those who have a conversation open. */
  Viewing = 'viewing',
  Lobby = 'lobby',
  Room = 'room',
  Match = 'match',
  Global = 'global',
  Status = 'status',
  /** Those who watch the presence of one user. */
  Watch = 'watch',
  /** The connections of one user that follow the notifications. */
  Notifications = 'notifications',
}

export type RoomName = string;

/** Kinds whose name stands alone: there is one room of them. */
const SINGLE = new Set<string>([RoomKind.Lobby, RoomKind.Status]);

export const GLOBAL_CHAT: RoomName = 'global:chat';
export const GLOBAL_EVENTS: RoomName = 'global:events';

/** `roomName(RoomKind.Zone, 'starting_village')` is `zone:starting_village`. A game's own kinds are strings of its own. */
export function roomName(kind: string, id = ''): RoomName {
  if (SINGLE.has(kind)) return kind;
  if (id === '') throw new Error(`a room of kind '${kind}' needs an id`);
  return `${kind}:${id}`;
}

/** The inverse of `roomName`; null for what is no room name (such as the room Socket.IO makes for each socket). */
export function parseRoom(name: RoomName): { kind: string; id: string } | null {
  if (SINGLE.has(name)) return { kind: name, id: '' };
  const colon = name.indexOf(':');
  return colon > 0 && colon < name.length - 1 ? { kind: name.slice(0, colon), id: name.slice(colon + 1) } : null;
}
