/** Selecting, entering and leaving, with a fault at every step: whatever fails midway leaves nothing behind. */
import { isDeepStrictEqual } from 'node:util';
import { Logger } from '@nestjs/common';
import { RoomKind, roomName } from '@aeturnis/contracts';
import { Connections, Presence, RoomService } from '@aeturnis/realtime';
import { Connection } from '../../libs/realtime/src/connections/connection';
import { CharactersService } from '../../apps/server/src/characters';
import { Lingering } from '../../apps/server/src/world/lingering';
import { Neighbours } from '../../apps/server/src/world/neighbours';
import { PlayedCharacters } from '../../apps/server/src/world/played-characters';
import { PositionSharing } from '../../apps/server/src/world/position-sharing';
import { PositionWriter } from '../../apps/server/src/world/position-writer';
import { SelectionService } from '../../apps/server/src/world/selection.service';
import { Surroundings } from '../../apps/server/src/world/surroundings';
import { Takeover } from '../../apps/server/src/world/takeover';
import { TravelService } from '../../apps/server/src/world/travel.service';
import { WorldMetrics } from '../../apps/server/src/world/world-metrics';
import { ZoneMembers } from '../../apps/server/src/world/zone-members';
import { ZonePositions } from '../../apps/server/src/world/zone-positions';
import {
  closeClients,
  connect,
  createCharacter,
  everyClient,
  type Guest,
  playAsGuest,
  type TestClient,
  until,
} from '../support/client';
import { type Fault, FaultInjection, type When } from '../support/fault-injection';
import { type Game, startGame } from '../support/game';

const HOME = 'starting_village';
const AWAY = 'harbor';
const ZONES = [HOME, AWAY] as const;
const WHEN: readonly When[] = ['before', 'after'];
/** Methods that change nothing; those that change something on their behalf are steps by themselves. */
const LOOK_UPS = new Set([
  ...['connectionOf', 'known', 'tracked', 'has', 'count', 'idsOf', 'snapshot', 'get', 'life', 'in', 'pending'],
  ...['positionsUnsaved', 'write', 'savePlaces', 'inTurn', 'find'],
]);
/** Nowhere, or in this zone. */
type Whereabouts = (typeof ZONES)[number] | 'out';

let game: Game;
let faults: FaultInjection;
let player: Guest;
let characterId: string;
/** One in each zone. */
const witnesses: TestClient[] = [];

const service = <T>(type: abstract new (...args: never[]) => T): T => game.server.app.get<T>(type, { strict: false });

beforeAll(async () => {
  game = await startGame({ LIMITS: 'off' });
  const all: (abstract new (...args: never[]) => object)[] = [
    ...[CharactersService, Takeover, ZoneMembers, Neighbours, Surroundings, ZonePositions, PositionSharing],
    ...[PositionWriter, Lingering, WorldMetrics, Presence, RoomService],
  ];
  Logger.overrideLogger(false);
  faults = new FaultInjection(LOOK_UPS)
    .watch(...all.map((type) => service(type)))
    .watchMethod(Connection.prototype, 'reply', 'Connection')
    .within(service(SelectionService), 'select')
    .within(service(SelectionService), 'leave')
    .within(service(SelectionService), 'removed')
    .within(service(TravelService), 'enter');
  for (const zone of ZONES) {
    const { client } = await game.play();
    if (zone === AWAY) await client.send('zone:enter', { exitId: 'waystone' });
    witnesses.push(client);
  }
});
afterAll(async () => {
  closeClients();
  await game.close();
});

const select = (client: TestClient, encoding?: string) => client.send('character:select', { characterId, encoding });

/** What every part of the server says of the character; equal where all say the same. */
async function opinions(): Promise<unknown[]> {
  const rooms = service(RoomService);
  const inRooms = [...service(Connections).ofUser(player.id)].flatMap((connection) =>
    [RoomKind.Character, RoomKind.Zone].flatMap((kind) => rooms.idsOf(connection, kind)),
  );
  const played = service(PlayedCharacters).get(characterId);
  const seen = ZONES.filter((zone) => service(Surroundings).get(zone, characterId));
  const stored: string[] = [];
  for (const zone of ZONES) if (await service(ZonePositions).has(zone, characterId)) stored.push(zone);
  const { count } = await rooms.count(roomName(RoomKind.Character, characterId));
  const told = witnesses.map((witness) => {
    const about = witness.received.filter(
      ({ event, payload }) => /^zone:player_/.test(event) && JSON.stringify(payload).includes(characterId),
    );
    return about.at(-1)?.event === 'zone:player_joined';
  });
  return [inRooms.sort(), played?.present && played.zone.id, seen, stored, count, ZONES.filter((_, at) => told[at])];
}

const agreed = (where: Whereabouts): unknown[] =>
  where === 'out' ? [[], undefined, [], [], 0, []] : [[characterId, where].sort(), where, [where], [where], 1, [where]];

/** Waits until all agree on one of these. */
async function agree(step: string, ...allowed: readonly Whereabouts[]): Promise<Whereabouts> {
  let last: unknown[] = [];
  let found: Whereabouts | undefined;
  await until(
    async () => {
      last = await opinions();
      found = allowed.find((where) => isDeepStrictEqual(last, agreed(where)));
      return found !== undefined;
    },
    'agreed',
    3_000,
  ).catch(() => {
    throw new Error(`${step}: expected ${allowed.join(' or ')}, found ${JSON.stringify(last)}`);
  });
  return found!;
}

interface Scenario {
  readonly title: string;
  /** Everything before the work, where nothing fails. */
  prepare(): Promise<TestClient>;
  /** @returns whether it succeeded. */
  work(client: TestClient): Promise<boolean>;
  /** Where the character is after a success, and after a failure. */
  readonly done: Whereabouts;
  readonly failed: readonly Whereabouts[];
}

const connected = () => connect(game.server.url, player.accessToken);
const playing = async (): Promise<TestClient> => {
  const client = await connected();
  expect(await select(client)).toMatchObject({ success: true });
  return client;
};

const SCENARIOS: readonly Scenario[] = [
  {
    title: 'selecting a character that nobody plays',
    prepare: connected,
    work: async (client) => (await select(client)).success,
    done: HOME,
    failed: ['out'],
  },
  {
    title: 'taking over a character from another connection',
    async prepare() {
      await playing();
      return connected();
    },
    work: async (client) => (await select(client)).success,
    done: HOME,
    // Before the claim the other connection goes on.
    failed: ['out', HOME],
  },
  {
    title: 'selecting the own character once more in another form',
    prepare: playing,
    work: async (client) => (await select(client, 'binary')).success,
    done: HOME,
    failed: [HOME],
  },
  {
    title: 'entering another zone',
    prepare: playing,
    work: async (client) => (await client.send('zone:enter', { exitId: 'waystone' })).success,
    done: AWAY,
    failed: [HOME, 'out'],
  },
  {
    title: 'leaving by disconnecting',
    prepare: playing,
    async work(client) {
      const left = nextCall(service(SelectionService), 'leave');
      client.close();
      await left;
      return true;
    },
    done: 'out',
    failed: ['out'],
  },
];

/** Settles with the outcome of the next call of this method, whatever it is. */
function nextCall(target: object, name: string): Promise<unknown> {
  const methods = target as Record<string, (...args: unknown[]) => Promise<unknown>>;
  const original = methods[name]!;
  return new Promise((resolve) => {
    methods[name] = (...args) => {
      methods[name] = original;
      const outcome = original.apply(target, args);
      void outcome.then(resolve, resolve);
      return outcome;
    };
  });
}

it.each(SCENARIOS)(
  '$title: a fault at any step leaves nothing behind',
  async ({ prepare, work, done, failed }) => {
    let reached = 0;
    const trial = async (fault: Fault | null): Promise<readonly string[]> => {
      const step = fault ? `${fault.when} ${fault.step}` : 'no fault';
      player = await playAsGuest(game.server.url);
      characterId = (await createCharacter(game.server.url, player)).id;
      try {
        const client = await prepare();
        // What several characters share may be done in the turn of another one: then this fault does not come up.
        const outcome = await (fault ? faults.inject(fault, () => work(client)) : faults.record(() => work(client)));
        reached += Number(outcome.fired);
        await agree(step, ...(outcome.result ? [done] : failed));
        closeOthers();
        await agree(`${step}, and the connection ends`, 'out');
        return outcome.steps;
      } finally {
        closeOthers();
      }
    };
    const steps = await trial(null);
    expect(steps.length).toBeGreaterThan(3);
    const problems: string[] = [];
    for (const step of new Set(steps))
      for (const when of WHEN)
        await trial({ step, when }).catch((error: unknown) => void problems.push((error as Error).message));
    expect(problems).toEqual([]);
    expect(reached).toBeGreaterThan(6);
  },
  240_000,
);

it('a character whose departure the store could not take down is announced when it is selected again', async () => {
  player = await playAsGuest(game.server.url);
  characterId = (await createCharacter(game.server.url, player)).id;
  const first = await playing();
  await agree('selected', HOME);
  const leave = jest.spyOn(service(ZonePositions), 'leave').mockRejectedValue(new Error('the store is away'));
  const [witness] = witnesses as [TestClient, TestClient];
  const announced = () =>
    witness.received.filter(
      ({ event, payload }) => /^zone:player_/.test(event) && JSON.stringify(payload).includes(characterId),
    );
  first.close();
  await until(() => announced().at(-1)?.event === 'zone:player_left', 'it has left');
  await playing();
  leave.mockRestore();
  await agree('selected again', HOME);
  expect(announced().map(({ event }) => event)).toEqual([
    'zone:player_joined',
    'zone:player_left',
    'zone:player_joined',
  ]);
  closeOthers();
  await agree('the connection ends', 'out');
});

/** All connections but those of the witnesses. */
function closeOthers(): void {
  for (const each of everyClient()) if (!witnesses.includes(each)) each.close();
}
