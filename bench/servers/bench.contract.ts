/** The wire of the benchmark: enter a room, say something to it, fill a room at one stroke, and ask for an answer. */
import { command, declareEvents, event, rate, returns } from '@aeturnis/contracts';
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

  /** The load's clock; comes back in what is delivered. */
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

export interface Said {
  id: number;
  room: string;
  from: string;
  text: string;
  at: number;
  t: number;
}

/** Counted like any other, and never reached. */
const unlimited = rate(1_000_000, 1);

export const BenchJoin = command({
  name: 'bench:join',
  summary: 'Enters a room.',
  payload: BenchJoinDto,
  result: returns<object>(),
  policy: unlimited,
});
export const BenchSay = command({
  name: 'bench:say',
  summary: 'Says something to a room.',
  payload: BenchSayDto,
  result: returns<object>(),
  policy: unlimited,
});
export const BenchFill = command({
  name: 'bench:fill',
  summary: 'Sends many events to a room.',
  payload: BenchFillDto,
  result: returns<object>(),
  policy: unlimited,
});
export const BenchRequest = command({
  name: 'bench:request',
  summary: 'Answers what it is asked.',
  payload: BenchRequestDto,
  result: returns<object>(),
  policy: unlimited,
});

declareEvents([event('bench:said', 'recoverable', returns<Said>())]);
declare module '@aeturnis/contracts' {
  interface ServerToClientEvents {
    'bench:said': (payload: Said) => void;
  }
}
