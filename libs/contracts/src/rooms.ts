/** Room names: their kinds, and how names are built and parsed. No other file builds or parses one. */

export enum RoomKind {
  User = 'user',
  Character = 'character',
  Zone = 'zone',
  Combat = 'combat',
  Spectate = 'spectate',
  Guild = 'guild',
  Party = 'party',
  Conversation = 'conversation',
  /** The connections that have a conversation open. */
  Viewing = 'viewing',
  Lobby = 'lobby',
  Room = 'room',
  Match = 'match',
  Global = 'global',
  Status = 'status',
  /** The connections that subscribe to the presence of one user. */
  Watch = 'watch',
  /** The connections of one user that subscribe to the notifications. */
  Notifications = 'notifications',
  /** The connections of administrators that subscribe to the figures of the nodes. */
  Admin = 'admin',
}

export type RoomName = string;

/** Kinds with a single room, whose name has no id. */
const SINGLETON_KINDS = new Set<string>([RoomKind.Lobby, RoomKind.Status, RoomKind.Admin]);

export const GLOBAL_CHAT: RoomName = 'global:chat';
export const GLOBAL_EVENTS: RoomName = 'global:events';

/** `roomName(RoomKind.Zone, 'starting_village')` is `zone:starting_village`. A game may use kinds of its own. */
export function roomName(kind: string, id = ''): RoomName {
  if (SINGLETON_KINDS.has(kind)) return kind;
  if (id === '') throw new Error(`a room of kind '${kind}' needs an id`);
  return `${kind}:${id}`;
}

/** The inverse of `roomName`; null for any other text, such as the room that Socket.IO creates for each socket. */
export function parseRoom(name: RoomName): { kind: string; id: string } | null {
  if (SINGLETON_KINDS.has(name)) return { kind: name, id: '' };
  const colon = name.indexOf(':');
  return colon > 0 && colon < name.length - 1 ? { kind: name.slice(0, colon), id: name.slice(colon + 1) } : null;
}
