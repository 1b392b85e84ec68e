/** Which connection plays which character: selecting, giving up, losing. */
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import {
  AppError,
  type CharacterSelect,
  type CharacterSelectDto,
  type MoveEncoding,
  type ResultOf,
  RoomKind,
  type RoomName,
  roomName,
} from '@aeturnis/contracts';
import { type Caller, Clock, ConnectionHooks, Presence, RoomService } from '@aeturnis/realtime';
import { CharactersService, type PlacedCharacter } from '../characters';
import { Lingering } from './lingering';
import { PlayedCharacter } from './played-character';
import { PlayedCharacters } from './played-characters';
import { PositionSharing } from './position-sharing';
import { PositionWriter } from './position-writer';
import { type Handover, Takeover } from './takeover';
import { WorldMetrics } from './world-metrics';
import { ZoneMembers } from './zone-members';
import { Atlas } from './zones/atlas';

type Selected = ResultOf<typeof CharacterSelect>;

@Injectable()
export class SelectionService implements OnModuleInit {
  private readonly logger = new Logger(SelectionService.name);

  constructor(
    private readonly atlas: Atlas,
    private readonly characters: CharactersService,
    private readonly played: PlayedCharacters,
    private readonly zones: ZoneMembers,
    private readonly takeover: Takeover,
    private readonly lingering: Lingering,
    private readonly sharing: PositionSharing,
    private readonly writer: PositionWriter,
    private readonly rooms: RoomService,
    private readonly presence: Presence,
    private readonly hooks: ConnectionHooks,
    private readonly metrics: WorldMetrics,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.rooms.define(RoomKind.Character, {
      access: async ({ principal }, id) => (await this.characters.find(id))?.accountId === principal.userId,
    });
    this.lingering.onOver((played) => this.leave(played));
    this.takeover.onTaken((played) => this.lose(played));
    this.sharing.onLoss((played, loss) => (loss === 'taken' ? this.lose(played) : void this.comeBack(played)));
    this.characters.onRemoved((id) => void this.removed(id));
    this.hooks.onOpen((caller) => this.goOn(caller));
    this.hooks.onClose((caller) => this.leave(this.played.ofSocket(caller.socketId)));
  }

  /**
   * Plays a character on this connection; what it played before is left, and whoever else plays this one loses it.
   * @throws AppError NOT_FOUND for a character that is not the caller's, ROOM_FULL, CONFLICT where another connection has
   * taken over in the meantime.
   */
  async select(caller: Caller, dto: CharacterSelectDto): Promise<Selected> {
    const owned = await this.characters.owned(caller.principal.userId, dto.characterId.toLowerCase());
    const current = this.played.ofSocket(caller.socketId);
    if (current?.id === owned.character.id) {
      current.encoding = dto.encoding ?? 'json';
      await this.zones.show(current);
      return current.asSeenByItsPlayer();
    }
    await this.leave(current);
    const played = await this.take(caller, owned, dto.encoding);
    const { userId } = caller.principal;
    await this.presence.setAttributes(userId, { characterId: played.id, zone: played.zone.id });
    this.logger.debug({ message: 'character selected', userId, characterId: played.id, zone: played.zone.id });
    return played.asSeenByItsPlayer();
  }

  /** A recovered connection has the rooms of its character still, and goes on playing it where that is possible. */
  private async goOn(caller: Caller): Promise<void> {
    const [characterId] = this.rooms.idsOf(caller, RoomKind.Character);
    if (characterId === undefined) return;
    const zones = this.rooms.idsOf(caller, RoomKind.Zone);
    await this.select(caller, { characterId }).catch((error: unknown) => {
      this.logger.debug({ message: 'character not resumed', characterId, error });
      const deleted = error instanceof AppError && error.code === 'NOT_FOUND';
      caller.reply('character:released', { characterId, reason: deleted ? 'deleted' : 'taken_over' });
    });
    const zone = this.played.ofSocket(caller.socketId)?.zone.id;
    if (zone === undefined) await this.rooms.leave(caller, roomName(RoomKind.Character, characterId));
    for (const left of zones.filter((each) => each !== zone))
      await this.rooms.leave(caller, roomName(RoomKind.Zone, left));
  }

  /** Ends a stay: the place is kept, and the others are told. */
  private async leave(played: PlayedCharacter | undefined): Promise<void> {
    if (!played || !this.end(played)) return;
    this.logger.debug({ message: 'character left', characterId: played.id, zone: played.zone.id });
    await this.depart(played, this.writer.save(played));
  }

  private async take(
    caller: Caller,
    { character, place }: PlacedCharacter,
    encoding: MoveEncoding = 'json',
  ): Promise<PlayedCharacter> {
    const room = roomName(RoomKind.Character, character.id);
    // First in, then claimed: the room is never empty between two connections, and nobody is told that the player left.
    await this.rooms.enter(caller, room);
    const { played, answer, isHeld } = await this.begin(caller, { character, place }, room);
    played.encoding = encoding;
    let handover: Handover | null;
    try {
      handover = await answer;
    } catch (error) {
      // A later stay has it; nothing of this one is known outside yet.
      if (this.end(played)) await this.rooms.leave(caller, room);
      throw error;
    }
    try {
      // What was read before the claim may be older than what a connection that was ending has written meanwhile.
      const left = handover?.place ?? (await this.characters.owned(character.accountId, character.id)).place;
      this.mustHold(played);
      played.continueFrom(left, this.clock.now());
      played.status = handover?.status;
      if (!handover && isHeld) await this.zones.leaveOthers(played);
      this.mustHold(played);
      await this.zones.enter(played, handover?.announced);
      this.mustHold(played);
    } catch (error) {
      await this.leave(played);
      throw error;
    }
    return played;
  }

  private async begin(caller: Caller, { character, place }: PlacedCharacter, room: RoomName) {
    try {
      // In this order the later one of two claims finds the node of the earlier one, and asks it.
      const stay = await this.characters.nextStay();
      const holding = await this.rooms.otherNodes(room, character.accountId);
      if (!this.rooms.has(caller, room)) throw new AppError('CONFLICT', 'The connection has ended');
      const answer = this.takeover.claim({ characterId: character.id, stay }, holding);
      if (this.played.get(character.id)) await answer;
      const played = new PlayedCharacter(this.atlas, caller, character, place, stay, this.clock.now());
      this.played.add(played);
      this.metrics.characterEntered();
      return { played, answer, isHeld: holding.length > 0 };
    } catch (error) {
      await this.rooms.leave(caller, room);
      throw error;
    }
  }

  private mustHold(played: PlayedCharacter): void {
    if (!this.played.has(played)) throw new AppError('CONFLICT', 'Another connection has taken over this character');
  }

  private lose(played: PlayedCharacter): void {
    if (!this.end(played)) return;
    const { caller, id } = played;
    this.writer.drop(id);
    caller.reply('character:released', { characterId: id, reason: 'taken_over' });
    void this.zones.handOver(played);
    this.lingering.end(played);
    void this.rooms.leave(caller, roomName(RoomKind.Character, id));
  }

  /** While this node was cut off, others were told that the character had left. */
  private async comeBack(played: PlayedCharacter): Promise<void> {
    await this.zones.enter(played).catch(() => this.leave(played));
  }

  private async removed(characterId: string): Promise<void> {
    const played = this.played.get(characterId);
    if (!played || !this.end(played)) return;
    this.writer.drop(characterId);
    played.caller.reply('character:released', { characterId, reason: 'deleted' });
    await this.depart(played, Promise.resolve());
  }

  private end(played: PlayedCharacter): boolean {
    if (!this.played.remove(played)) return false;
    this.metrics.characterLeft();
    return true;
  }

  private async depart(played: PlayedCharacter, saved: Promise<void>): Promise<void> {
    const { caller, id } = played;
    // Whoever finds nobody in the character's room reads from the database where it stands.
    await Promise.all([this.zones.leave(played), saved]);
    this.lingering.end(played);
    await this.rooms.leave(caller, roomName(RoomKind.Character, id));
    const { userId } = caller.principal;
    const [attributes] = await this.presence.attributes([userId]);
    if (attributes?.['characterId'] === id)
      await this.presence.setAttributes(userId, { characterId: null, zone: null });
  }
}
