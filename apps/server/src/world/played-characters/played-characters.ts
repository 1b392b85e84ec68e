/** The registry of characters played on this node: at most one per connection; in the grace period they have none. */
import { Injectable } from '@nestjs/common';
import { AppError } from '@aeturnis/contracts';
import type { Caller } from '@aeturnis/realtime';
import type { PlayedCharacter } from './played-character';

/** The stay has ended; a later one, if any, keeps the character. */
export class ClaimSupersededError extends AppError {
  constructor() {
    super('CONFLICT', 'Another connection has taken over this character');
  }
}

@Injectable()
export class PlayedCharacters {
  private readonly bySocket = new Map<string, PlayedCharacter>();
  private readonly byId = new Map<string, PlayedCharacter>();

  /** Remove the previous character of the connection, and the previous stay of the character, first. */
  add(played: PlayedCharacter): void {
    const { id, caller } = played;
    if (this.byId.has(id) || this.bySocket.has(caller.socketId)) throw new Error('remove the previous character first');
    this.byId.set(id, played);
    this.bySocket.set(caller.socketId, played);
  }

  /** False if this stay has ended already. */
  remove(played: PlayedCharacter): boolean {
    if (this.byId.get(played.id) !== played) return false;
    this.byId.delete(played.id);
    this.detachSocket(played);
    return true;
  }

  /** The character stays registered without a connection: a recovered connection has the socket id of the previous one. */
  detachSocket(played: PlayedCharacter): void {
    const { socketId } = played.caller;
    if (this.bySocket.get(socketId) === played) this.bySocket.delete(socketId);
  }

  has(played: PlayedCharacter): boolean {
    return this.byId.get(played.id) === played;
  }

  /** @throws ClaimSupersededError if this stay has ended. */
  requireCurrent(played: PlayedCharacter): void {
    if (!this.has(played)) throw new ClaimSupersededError();
  }

  findBySocket(socketId: string): PlayedCharacter | undefined {
    return this.bySocket.get(socketId);
  }

  /** The character of this connection, which must have entered its zone. @throws AppError NO_CHARACTER. */
  requirePresent({ socketId }: Caller): PlayedCharacter {
    const played = this.bySocket.get(socketId);
    if (!played?.isPresent) throw new AppError('NO_CHARACTER', 'Select a character first');
    return played;
  }

  get(characterId: string): PlayedCharacter | undefined {
    return this.byId.get(characterId);
  }

  all(): Iterable<PlayedCharacter> {
    return this.byId.values();
  }

  /** The characters that have entered this zone. */
  presentIn(zone: string): PlayedCharacter[] {
    return [...this.byId.values()].filter((played) => played.isPresent && played.zone.id === zone);
  }
}

export function groupByZone(players: Iterable<PlayedCharacter>): Map<string, PlayedCharacter[]> {
  const zones = new Map<string, PlayedCharacter[]>();
  for (const played of players) {
    const inZone = zones.get(played.zone.id);
    if (inZone) inZone.push(played);
    else zones.set(played.zone.id, [played]);
  }
  return zones;
}
