/** Which connection plays which character: selecting, giving up, losing. */
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import {
  AppError,
  type CharacterSelect,
  type CharacterSelectDto,
  type MoveEncoding,
  type ResultOf,
  RoomKind,
  roomName,
} from '@aeturnis/contracts';
import { type Caller, Clock, ConnectionHooks, Presence, RoomService } from '@aeturnis/realtime';
import { CharactersService, type PlacedCharacter } from '../characters';
import { Lingering } from './lingering';
import { cleanUp, type CleanUpStep } from './clean-up';
import { PlayedCharacter } from './played-character';
import { PlayedCharacters } from './played-characters';
import { PositionSharing } from './position-sharing';
import { PositionWriter } from './position-writer';
import { type Handover, SupersededError, Takeover } from './takeover';
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
   * Plays a character on this connection; what it played before is left, and whoever else plays this one loses it. Where
   * it fails, this connection plays nothing, and nobody sees the character; one that it played already it goes on playing.
   * @throws AppError NOT_FOUND for a character that is not the caller's, ROOM_FULL, CONFLICT where another connection has
   * taken over in the meantime.
   */
  async select(caller: Caller, dto: CharacterSelectDto): Promise<Selected> {
    const owned = await this.characters.owned(caller.principal.userId, dto.characterId);
    const current = this.played.ofSocket(caller.socketId);
    if (current?.id === owned.character.id) {
      await this.showAgain(current, dto.encoding ?? 'json');
      return current.asSeenByItsPlayer();
    }
    await this.leave(current);
    const played = await this.take(caller, owned, dto.encoding);
    const { userId } = caller.principal;
    this.logger.debug({ message: 'character selected', userId, characterId: played.id, zone: played.zone.id });
    return played.asSeenByItsPlayer();
  }

  private async showAgain(played: PlayedCharacter, encoding: MoveEncoding): Promise<void> {
    const before = played.encoding;
    played.encoding = encoding;
    try {
      await this.zones.show(played);
    } catch (error) {
      played.encoding = before;
      throw error;
    }
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

  /** Ends a stay: the place is kept, and the others are told. Never rejects. Nothing for one that has ended. */
  async leave(played: PlayedCharacter | undefined): Promise<void> {
    if (!played || !this.played.remove(played)) return;
    this.logger.debug({ message: 'character left', characterId: played.id, zone: played.zone.id });
    await this.depart(played, () => this.writer.save(played));
  }

  private async take(
    caller: Caller,
    { character, place }: PlacedCharacter,
    encoding: MoveEncoding = 'json',
  ): Promise<PlayedCharacter> {
    const room = roomName(RoomKind.Character, character.id);
    let played: PlayedCharacter | undefined;
    let wasPlayed = false;
    try {
      // First in, then claimed: the room is never empty between two connections, and nobody is told that the player left.
      await this.rooms.enter(caller, room);
      // In this order the later one of two claims finds the node of the earlier one in the room, and asks it.
      const stay = await this.characters.nextStay();
      const holding = await this.rooms.otherNodes(room, character.accountId);
      if (!this.rooms.has(caller, room)) throw new AppError('CONFLICT', 'The connection has ended');
      wasPlayed = holding.length > 0 || this.played.get(character.id) !== undefined;
      const answer = this.takeover.claim({ characterId: character.id, stay }, holding);
      // It may fail before it is waited for.
      answer.catch(() => undefined);
      // The claim has left it where it is: a later stay of this node has it.
      if (this.played.get(character.id)) await answer;
      played = new PlayedCharacter(this.atlas, caller, character, place, stay, this.clock.now());
      played.encoding = encoding;
      this.played.add(played);
      this.metrics.characterEntered();
      await this.goIn(played, await answer, holding.length > 0);
    } catch (error) {
      if (error instanceof SupersededError && played) this.giveUp(played);
      if (played && this.played.has(played)) {
        // Others may see the one that was taken over: they are told that it has left, better in vain than never.
        played.present ||= wasPlayed;
        await this.leave(played);
      } else await cleanUp(this.logger, 'a selection', [() => this.rooms.leave(caller, room)]);
      throw error;
    }
    return played;
  }

  /** @throws AppError CONFLICT where another connection has taken over in the meantime. */
  private async goIn(played: PlayedCharacter, handover: Handover | null, isHeld: boolean): Promise<void> {
    const { accountId, id } = played;
    // What was read before the claim may be older than what a connection that was ending has written meanwhile.
    const left = handover?.place ?? (await this.characters.owned(accountId, id)).place;
    this.mustHold(played);
    played.continueFrom(left, this.clock.now());
    played.status = handover?.status;
    if (!handover && isHeld) await this.zones.leaveOthers(played);
    this.mustHold(played);
    await this.zones.enter(played, handover?.announced);
    this.mustHold(played);
    await this.presence.setAttributes(accountId, { characterId: id, zone: played.zone.id });
    this.mustHold(played);
  }

  private mustHold(played: PlayedCharacter): void {
    if (!this.played.has(played)) throw new AppError('CONFLICT', 'Another connection has taken over this character');
  }

  private lose(played: PlayedCharacter): void {
    const { caller, id } = played;
    this.giveUp(played, () => caller.reply('character:released', { characterId: id, reason: 'taken_over' }));
  }

  /** Another connection goes on with the character: what others see of it stays. Nothing for a stay that has ended. */
  private giveUp(played: PlayedCharacter, notify: CleanUpStep = () => undefined): void {
    if (!this.played.remove(played)) return;
    const { caller, id } = played;
    const what = 'a character that was taken over';
    void cleanUp(this.logger, what, [
      () => this.metrics.characterLeft(),
      () => this.writer.drop(id),
      notify,
      () => this.lingering.end(played),
      () => this.zones.handOver(played),
    ]);
    void cleanUp(this.logger, what, [() => this.rooms.leave(caller, roomName(RoomKind.Character, id))]);
  }

  /** While this node was cut off, others were told that the character had left. */
  private async comeBack(played: PlayedCharacter): Promise<void> {
    await this.zones.enter(played).catch(() => this.leave(played));
  }

  private async removed(characterId: string): Promise<void> {
    const played = this.played.get(characterId);
    if (!played || !this.played.remove(played)) return;
    await cleanUp(this.logger, 'a character that was deleted', [
      () => this.writer.drop(characterId),
      () => played.caller.reply('character:released', { characterId, reason: 'deleted' }),
    ]);
    await this.depart(played);
  }

  private async depart(played: PlayedCharacter, save: CleanUpStep = () => undefined): Promise<void> {
    const { caller, id } = played;
    const saved = cleanUp(this.logger, 'the place of a character', [save]);
    await cleanUp(this.logger, 'a character that has left', [
      () => this.metrics.characterLeft(),
      () => this.zones.leave(played),
      // Whoever finds nobody in the room of the character reads from the database where it stands.
      () => saved,
      () => this.lingering.end(played),
      () => this.rooms.leave(caller, roomName(RoomKind.Character, id)),
      () => this.takeFromPresence(caller.principal.userId, id),
    ]);
  }

  private async takeFromPresence(userId: string, id: string): Promise<void> {
    const [attributes] = await this.presence.attributes([userId]);
    if (attributes?.['characterId'] === id)
      await this.presence.setAttributes(userId, { characterId: null, zone: null });
  }
}
