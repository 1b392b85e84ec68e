/** What players can do at a camp. Server and client share this file: the client uses its types alone. */
import {
  command,
  type CommandSignature,
  declareEvents,
  event,
  type EventSignature,
  IsPlayerText,
  rate,
  typeToken,
} from '@aeturnis/contracts';
import { Matches } from 'class-validator';

export class JoinCampDto {
  @Matches(/^[a-z]{1,20}$/)
  camp!: string;

  @IsPlayerText({ max: 100, lines: 1 })
  greeting!: string;
}

/** At most two a second, and five at once. */
export const JoinCamp = command({
  name: 'camp:join',
  payload: JoinCampDto,
  result: typeToken<{ members: string[] }>(),
  policy: rate(2, 1, { burst: 5 }),
});

/** A player has joined. Reaches everyone at the camp, also those whose connection is just interrupted. */
const CampJoined = event('camp:joined', 'recoverable', typeToken<{ by: string; greeting: string }>());
const CampBell = event('camp:bell', 'recoverable', typeToken<{ by: string }>());
declareEvents([CampJoined, CampBell]);

declare module '@aeturnis/contracts' {
  interface ClientToServerEvents {
    'camp:join': CommandSignature<typeof JoinCamp>;
  }
  interface ServerToClientEvents {
    'camp:joined': EventSignature<typeof CampJoined>;
    'camp:bell': EventSignature<typeof CampBell>;
  }
}
