/** What another game adds to the protocol: commands, events and a kind of room that the library does not know. */
import { command, declareEvents, event, rate, typeToken } from '@aeturnis/contracts';
import { ArrayMaxSize, IsArray, IsInt, IsOptional, IsString, Length, Max, Min } from 'class-validator';

export const RAID_KIND = 'raid';
/** The room of all connections. */
export const RAID_HALL = 'global:hall';

export class RaidJoinDto {
  @IsString()
  @Length(1, 20)
  raidId: string;
}

export class EchoDto {
  @IsInt()
  n: number;

  /** How long the handler takes, in milliseconds; if absent, the handler answers synchronously. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(60_000)
  delayMs?: number;
}

export class WeighDto {
  /** Binary attachments of the event. */
  @IsArray()
  @ArrayMaxSize(10)
  parts: Buffer[];
}

export const RaidJoin = command({
  name: 'raid:join',
  payload: RaidJoinDto,
  result: typeToken<{ users: string[] }>(),
});
export const RaidEcho = command({
  name: 'raid:echo',
  payload: EchoDto,
  result: typeToken<{ n: number }>(),
  policy: rate(100, 1, { burst: 100 }),
});
export const RaidWeigh = command({
  name: 'raid:weigh',
  payload: WeighDto,
  result: typeToken<{ bytes: number }>(),
  policy: rate(100, 1, { burst: 100 }),
});
export const RaidCrash = command({
  name: 'raid:crash',
  payload: EchoDto,
  result: typeToken<object>(),
});
export const RaidSecret = command({
  name: 'raid:secret',
  payload: EchoDto,
  result: typeToken<object>(),
});
export const RaidRare = command({
  name: 'raid:rare',
  payload: EchoDto,
  result: typeToken<object>(),
});

declareEvents([
  event('raid:horn', 'recoverable', typeToken<{ by: string }>()),
  event('raid:report', 'recoverable', typeToken<{ n: number }>()),
  event('raid:tick', 'volatile', typeToken<{ n: number }>()),
]);
declare module '@aeturnis/contracts' {
  interface ServerToClientEvents {
    'raid:horn': (payload: { by: string }) => void;
    'raid:report': (payload: { n: number }) => void;
    'raid:tick': (payload: { n: number }) => void;
  }
}
