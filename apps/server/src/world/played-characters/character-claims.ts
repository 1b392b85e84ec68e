/** Claims a character for a connection: the connection plays it from then on, and no other connection on this node does. */
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { AppError, RoomKind, roomName } from '@aeturnis/contracts';
import { type Caller, Clock, RoomService } from '@aeturnis/realtime';
import { CharactersService, type CharacterWithPosition } from '../../characters';
import { cleanUp } from '../clean-up';
import { Atlas } from '../zones/atlas';
import { type CharacterHandover, CharacterTakeover } from './character-takeover';
import { PlayedCharacter } from './played-character';
import { PlayedCharacters } from './played-characters';

export interface ClaimedCharacter {
  readonly played: PlayedCharacter;
  /** As of `CharacterTakeover.claim`. Its rejection need not be handled if it is not awaited. */
  readonly handover: Promise<CharacterHandover | null>;
  readonly isHeldElsewhere: boolean;
  /** The zone may still see the previous stay. */
  readonly wasPlayed: boolean;
}

@Injectable()
export class CharacterClaims implements OnModuleInit {
  private readonly logger = new Logger(CharacterClaims.name);

  constructor(
    private readonly atlas: Atlas,
    private readonly characters: CharactersService,
    private readonly played: PlayedCharacters,
    private readonly takeovers: CharacterTakeover,
    private readonly rooms: RoomService,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.rooms.define(RoomKind.Character, {
      canEnter: async ({ principal }, id) => (await this.characters.find(id))?.accountId === principal.userId,
    });
  }

  /**
   * Registers a new stay and enters the character's room. On failure the connection is not in the room.
   * @throws AppError CONFLICT if a later stay has begun, or the connection has ended.
   */
  async claim(caller: Caller, { character, position }: CharacterWithPosition): Promise<ClaimedCharacter> {
    const { id: characterId, accountId } = character;
    const room = roomName(RoomKind.Character, characterId);
    try {
      // Room before claim: the room is never empty between two connections, so no leave is announced.
      await this.rooms.enter(caller, room);
      // The stay is drawn after the room is entered: the later of two claims then finds the earlier one's node in the room.
      const stay = await this.characters.nextStay();
      const holdingNodes = await this.rooms.otherNodes(room, accountId);
      if (!this.rooms.has(caller, room)) throw new AppError('CONFLICT', 'The connection has ended');
      const isHeldElsewhere = holdingNodes.length > 0;
      const wasPlayed = isHeldElsewhere || this.played.get(characterId) !== undefined;
      const handover = this.takeovers.claim({ characterId, stay }, holdingNodes);
      // It may reject before it is awaited.
      handover.catch(() => undefined);
      // The claim did not free the character: a later stay on this node has it, and the await throws.
      if (this.played.get(characterId)) await handover;
      const played = new PlayedCharacter(this.atlas, caller, character, position, stay, this.clock.now());
      this.played.add(played);
      return { played, handover, isHeldElsewhere, wasPlayed };
    } catch (error) {
      await cleanUp(this.logger, 'character selection', [() => this.rooms.leave(caller, room)]);
      throw error;
    }
  }
}
