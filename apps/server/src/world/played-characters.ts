/** The characters played on this node: one per connection, one connection per character, none for those that linger. */
import { Injectable } from '@nestjs/common';
import { AppError } from '@aeturnis/contracts';
import type { Caller } from '@aeturnis/realtime';
import type { PlayedCharacter } from './played-character';

@Injectable()
export class PlayedCharacters {
  private readonly bySocket = new Map<string, PlayedCharacter>();
  private readonly byId = new Map<string, PlayedCharacter>();

  /** The connection must play nothing, and nobody the character: remove first what is there. */
  add(played: PlayedCharacter): void {
    const { id, caller } = played;
    if (this.byId.has(id) || this.bySocket.has(caller.socketId)) throw new Error('a character is played twice');
    this.byId.set(id, played);
    this.bySocket.set(caller.socketId, played);
  }

  /** False where this very stay has ended already. */
  remove(played: PlayedCharacter): boolean {
    if (this.byId.get(played.id) !== played) return false;
    this.byId.delete(played.id);
    this.detach(played);
    return true;
  }

  /** It stays, and its connection plays nothing: one that was recovered has the same id as the one before. */
  detach(played: PlayedCharacter): void {
    const { socketId } = played.caller;
    if (this.bySocket.get(socketId) === played) this.bySocket.delete(socketId);
  }

  has(played: PlayedCharacter): boolean {
    return this.byId.get(played.id) === played;
  }

  ofSocket(socketId: string): PlayedCharacter | undefined {
    return this.bySocket.get(socketId);
  }

  /** The character of this connection, which the others of its zone see. @throws AppError NO_CHARACTER. */
  playedBy({ socketId }: Caller): PlayedCharacter {
    const played = this.bySocket.get(socketId);
    if (!played?.present) throw new AppError('NO_CHARACTER', 'Select a character first');
    return played;
  }

  get(characterId: string): PlayedCharacter | undefined {
    return this.byId.get(characterId);
  }

  all(): Iterable<PlayedCharacter> {
    return this.byId.values();
  }

  /** Those whom the others of the zone see. */
  presentIn(zone: string): PlayedCharacter[] {
    return [...this.byId.values()].filter((played) => played.present && played.zone.id === zone);
  }
}

export function byZone(players: Iterable<PlayedCharacter>): Map<string, PlayedCharacter[]> {
  const zones = new Map<string, PlayedCharacter[]>();
  for (const played of players) {
    const inZone = zones.get(played.zone.id);
    if (inZone) inZone.push(played);
    else zones.set(played.zone.id, [played]);
  }
  return zones;
}
