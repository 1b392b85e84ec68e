/** What another game adds to the wire: commands, an event and a kind of room that the library has never heard of. */
import { command, declareEvents, event, rate, returns } from '@aeturnis/contracts';
import { ArrayMaxSize, IsArray, IsInt, IsOptional, IsString, Length, Max, Min } from 'class-validator';

export const RAID_KIND = 'raid';

export class RaidJoinDto {
  @IsString()
  @Length(1, 20)
  raidId: string;
}

export class EchoDto {
  @IsInt()
  n: number;

  /** How long the handler takes, in milliseconds; absent means that it awaits nothing. */
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
  summary: 'Joins a raid.',
  payload: RaidJoinDto,
  result: returns<{ users: string[] }>(),
});
export const RaidEcho = command({
  name: 'raid:echo',
  summary: 'Gives a number back.',
  payload: EchoDto,
  result: returns<{ n: number }>(),
  policy: rate(100, 1, { burst: 100 }),
});
export const RaidWeigh = command({
  name: 'raid:weigh',
  summary: 'Counts the bytes of attachments.',
  payload: WeighDto,
  result: returns<{ bytes: number }>(),
  policy: rate(100, 1, { burst: 100 }),
});
export const RaidCrash = command({
  name: 'raid:crash',
  summary: 'Fails.',
  payload: EchoDto,
  result: returns<object>(),
});
export const RaidSecret = command({
  name: 'raid:secret',
  summary: 'Is guarded.',
  payload: EchoDto,
  result: returns<object>(),
});
export const RaidRare = command({
  name: 'raid:rare',
  summary: 'Is allowed once.',
  payload: EchoDto,
  result: returns<object>(),
});

declareEvents([
  event('raid:horn', 'recoverable', returns<{ by: string }>()),
  event('raid:report', 'recoverable', returns<{ n: number }>()),
  event('raid:tick', 'volatile', returns<{ n: number }>()),
]);
declare module '@aeturnis/contracts' {
  interface ServerToClientEvents {
    'raid:horn': (payload: { by: string }) => void;
    'raid:report': (payload: { n: number }) => void;
    'raid:tick': (payload: { n: number }) => void;
  }
}
