/** Continues to play a character without a command: after its connection has recovered, or its zone has lost it. */
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { AppError, RoomKind, roomName } from '@aeturnis/contracts';
import { type Caller, ConnectionHooks, RoomService } from '@aeturnis/realtime';
import { PositionSync } from '../positions/position-sync';
import { ZoneMembership } from '../zone-membership';
import { CharacterDeparture } from './character-departure';
import type { PlayedCharacter } from './played-character';
import { PlayedCharacters } from './played-characters';
import { SelectionService } from './selection.service';

@Injectable()
export class CharacterResume implements OnModuleInit {
  private readonly logger = new Logger(CharacterResume.name);

  constructor(
    private readonly selection: SelectionService,
    private readonly departure: CharacterDeparture,
    private readonly played: PlayedCharacters,
    private readonly membership: ZoneMembership,
    private readonly positionSync: PositionSync,
    private readonly rooms: RoomService,
    private readonly hooks: ConnectionHooks,
  ) {}

  onModuleInit(): void {
    this.positionSync.onLoss((played, loss) =>
      loss === 'taken' ? this.departure.onTakenOver(played) : void this.reenterZone(played),
    );
    this.hooks.onOpen((caller) => this.resumeSelection(caller));
  }

  /** A recovered connection is still in the rooms of its character, and continues to play it where possible. */
  private async resumeSelection(caller: Caller): Promise<void> {
    const [characterId] = this.rooms.idsOf(caller, RoomKind.Character);
    if (characterId === undefined) return;
    const zones = this.rooms.idsOf(caller, RoomKind.Zone);
    await this.selection.select(caller, { characterId }).catch((error: unknown) => {
      this.logger.debug({ message: 'character resume failed, character released', characterId, error });
      const isDeleted = error instanceof AppError && error.code === 'NOT_FOUND';
      caller.reply('character:released', { characterId, reason: isDeleted ? 'deleted' : 'taken_over' });
    });
    const zone = this.played.findBySocket(caller.socketId)?.zone.id;
    if (zone === undefined) await this.rooms.leave(caller, roomName(RoomKind.Character, characterId));
    for (const left of zones.filter((other) => other !== zone))
      await this.rooms.leave(caller, roomName(RoomKind.Zone, left));
  }

  /** While this node was without Redis, another node has announced that the character had left. */
  private async reenterZone(played: PlayedCharacter): Promise<void> {
    await this.membership.enter(played).catch(() => this.departure.leave(played));
  }
}
