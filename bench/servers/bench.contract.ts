/** The wire contract of the benchmark: join a room, send a message to it, send many at once, and request an answer. */
import { command, declareEvents, event, rate, typeToken } from '@aeturnis/contracts';
import { IsInt, IsNumber, IsString, Length, Max, Min } from 'class-validator';

export const BENCH_KIND = 'bench';

export class BenchJoinDto {
  @IsString()
  @Length(1, 20)
  room: string;
}

export class BenchSayDto extends BenchJoinDto {
  @IsString()
  @Length(1, 500)
  text: string;

  /** Time of sending by the clock of the load; each delivery repeats it. */
  @IsNumber()
  t: number;
}

export class BenchFillDto extends BenchJoinDto {
  @IsInt()
  @Min(1)
  @Max(1_000)
  count: number;
}

export class BenchRequestDto {
  @IsString()
  @Length(1, 32)
  action: string;

  @IsString()
  @Length(1, 64)
  target: string;

  @IsNumber()
  x: number;

  @IsNumber()
  y: number;

  @IsNumber()
  t: number;
}

export interface BenchMessage {
  id: number;
  room: string;
  from: string;
  text: string;
  at: number;
  t: number;
}

/** The limiter counts these commands like any other; the limit is never reached. */
const unlimited = rate(1_000_000, 1);

export const BenchJoin = command({
  name: 'bench:join',
  payload: BenchJoinDto,
  result: typeToken<object>(),
  policy: unlimited,
});
export const BenchSay = command({
  name: 'bench:say',
  payload: BenchSayDto,
  result: typeToken<object>(),
  policy: unlimited,
});
export const BenchFill = command({
  name: 'bench:fill',
  payload: BenchFillDto,
  result: typeToken<object>(),
  policy: unlimited,
});
export const BenchRequest = command({
  name: 'bench:request',
  payload: BenchRequestDto,
  result: typeToken<object>(),
  policy: unlimited,
});

declareEvents([event('bench:said', 'recoverable', typeToken<BenchMessage>())]);
declare module '@aeturnis/contracts' {
  interface ServerToClientEvents {
    'bench:said': (payload: BenchMessage) => void;
  }
}
