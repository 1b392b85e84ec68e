/** Ends stays: a character leaves the world, is deleted, or is handed over to another connection. */
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { RoomKind, roomName } from '@aeturnis/contracts';
import { Presence, RoomService } from '@aeturnis/realtime';
import { CharactersService } from '../../characters';
import { cleanUp, type CleanUpStep } from '../clean-up';
import { PositionWriter } from '../positions/position-writer';
import { WorldMetrics } from '../world-metrics';
import { ZoneMembership } from '../zone-membership';
import { DisconnectGracePeriod } from './disconnect-grace-period';
import type { PlayedCharacter } from './played-character';
import { PlayedCharacters } from './played-characters';

@Injectable()
export class CharacterDeparture implements OnModuleInit {
  private readonly logger = new Logger(CharacterDeparture.name);

  constructor(
    private readonly characters: CharactersService,
    private readonly played: PlayedCharacters,
    private readonly membership: ZoneMembership,
    private readonly gracePeriod: DisconnectGracePeriod,
    private readonly writer: PositionWriter,
    private readonly rooms: RoomService,
    private readonly presence: Presence,
    private readonly metrics: WorldMetrics,
  ) {}

  onModuleInit(): void {
    this.gracePeriod.onEnded((played) => this.leave(played));
    this.characters.onRemoved((id) => void this.onCharacterDeleted(id));
  }

  /** Ends a stay: saves the position and announces the leave. Never rejects. Does nothing for a stay that has ended. */
  async leave(played: PlayedCharacter | undefined): Promise<void> {
    if (!played || !this.played.remove(played)) return;
    this.logger.debug({ message: 'character left', characterId: played.id, zone: played.zone.id });
    await this.leaveWorld(played, () => this.writer.save(played));
  }

  /** Another connection has taken the character over: hands it over, and notifies the connection that loses it. */
  onTakenOver(played: PlayedCharacter): void {
    const { caller, id } = played;
    this.handOver(played, () => caller.reply('character:released', { characterId: id, reason: 'taken_over' }));
  }

  /** Another connection keeps the character, which stays visible to the zone. Does nothing for a stay that has ended. */
  handOver(played: PlayedCharacter, notify: CleanUpStep = () => undefined): void {
    if (!this.played.remove(played)) return;
    const { caller, id } = played;
    const context = 'character takeover';
    void cleanUp(this.logger, context, [
      () => this.metrics.characterLeft(),
      () => this.writer.discard(id),
      notify,
      () => this.gracePeriod.cancel(played),
      () => this.membership.handOver(played),
    ]);
    void cleanUp(this.logger, context, [() => this.rooms.leave(caller, roomName(RoomKind.Character, id))]);
  }

  private async onCharacterDeleted(characterId: string): Promise<void> {
    const played = this.played.get(characterId);
    if (!played || !this.played.remove(played)) return;
    await cleanUp(this.logger, 'character deletion', [
      () => this.writer.discard(characterId),
      () => played.caller.reply('character:released', { characterId, reason: 'deleted' }),
    ]);
    await this.leaveWorld(played);
  }

  private async leaveWorld(played: PlayedCharacter, save: CleanUpStep = () => undefined): Promise<void> {
    const { caller, id } = played;
    const saving = cleanUp(this.logger, 'character position save', [save]);
    await cleanUp(this.logger, 'world leave', [
      () => this.metrics.characterLeft(),
      () => this.membership.leave(played),
      // Before the room is left: a node that finds the character's room empty reads the position from the database.
      () => saving,
      () => this.gracePeriod.cancel(played),
      () => this.rooms.leave(caller, roomName(RoomKind.Character, id)),
      () => this.clearPresence(caller.principal.userId, id),
    ]);
  }

  private async clearPresence(userId: string, id: string): Promise<void> {
    const [attributes] = await this.presence.attributes([userId]);
    if (attributes?.['characterId'] === id)
      await this.presence.setAttributes(userId, { characterId: null, zone: null });
  }
}
