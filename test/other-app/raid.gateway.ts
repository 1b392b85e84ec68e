/** Commands of another game, with its own guards and a rate limit set by the throttler's decorator. */
import { setTimeout as delay } from 'node:timers/promises';
import { type CanActivate, Injectable, UseGuards } from '@nestjs/common';
import { Throttle } from '@nestjs/throttler';
import { roomName } from '@aeturnis/contracts';
import { type Caller, Handles, RealtimeGateway, RealtimeService, RoomService } from '@aeturnis/realtime';
import {
  type EchoDto,
  RAID_HALL,
  RAID_KIND,
  RaidCrash,
  RaidEcho,
  RaidJoin,
  type RaidJoinDto,
  RaidRare,
  RaidSecret,
  RaidWeigh,
  type WeighDto,
} from './raid.contract';

@Injectable()
export class CountingGuard implements CanActivate {
  calls = 0;

  canActivate(): boolean {
    this.calls++;
    return true;
  }
}

@Injectable()
export class DenyGuard implements CanActivate {
  canActivate(): Promise<boolean> {
    return Promise.resolve(false);
  }
}

@RealtimeGateway()
export class RaidGateway {
  /** The numbers of `raid:echo` in the order in which their handlers began. */
  readonly startedEchoes: number[] = [];

  constructor(
    private readonly rooms: RoomService,
    private readonly realtime: RealtimeService,
  ) {
    rooms.define(RAID_KIND, { canEnter: (_, id) => id !== 'closed', capacity: 2 });
    rooms.addStandingRoom(RAID_HALL);
  }

  @Handles(RaidJoin)
  async join({ raidId }: RaidJoinDto, caller: Caller): Promise<{ users: string[] }> {
    const room = roomName(RAID_KIND, raidId);
    await this.rooms.join(caller, room);
    this.realtime.emitToRoom(room, 'raid:horn', { by: caller.principal.name }, { except: caller.socketId });
    return { users: (await this.rooms.members(room)).users };
  }

  @UseGuards(CountingGuard)
  @Handles(RaidEcho)
  echo({ n, delayMs }: EchoDto): { n: number } | Promise<{ n: number }> {
    this.startedEchoes.push(n);
    return delayMs === undefined ? { n } : delay(delayMs, { n });
  }

  @Handles(RaidWeigh)
  weigh({ parts }: WeighDto): { bytes: number } {
    return { bytes: parts.reduce((sum, { length }) => sum + length, 0) };
  }

  @Handles(RaidCrash)
  crash({ n }: EchoDto): object | Promise<object> {
    if (n === 0) throw new Error('SELECT secret FROM table');
    // JSON cannot encode a BigInt.
    if (n === 2) return { n: 10n };
    if (n === 3) return Promise.resolve({ n: 10n });
    return Promise.reject(new Error('SELECT secret FROM table'));
  }

  @UseGuards(DenyGuard)
  @Handles(RaidSecret)
  secret(): object {
    return {};
  }

  @Throttle({ default: { limit: 1, ttl: 60_000 } })
  @Handles(RaidRare)
  rare(): object {
    return {};
  }
}
