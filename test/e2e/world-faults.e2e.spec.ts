/** Selecting, entering and leaving with a fault at every step: a failure midway leaves no inconsistent state. */
import { isDeepStrictEqual } from 'node:util';
import { Logger } from '@nestjs/common';
import { RoomKind, roomName } from '@aeturnis/contracts';
import { ConnectionRegistry, Presence, RoomService } from '@aeturnis/realtime';
import { Connection } from '../../libs/realtime/src/connections/connection';
import { CharactersService } from '../../apps/server/src/characters';
import { CharacterDeparture } from '../../apps/server/src/world/played-characters/character-departure';
import { DisconnectGracePeriod } from '../../apps/server/src/world/played-characters/disconnect-grace-period';
import { ZoneReplication } from '../../apps/server/src/world/replication/zone-replication';
import { PlayedCharacters } from '../../apps/server/src/world/played-characters/played-characters';
import { PositionSync } from '../../apps/server/src/world/positions/position-sync';
import { PositionWriter } from '../../apps/server/src/world/positions/position-writer';
import { SelectionService } from '../../apps/server/src/world/played-characters/selection.service';
import { InterestManager } from '../../apps/server/src/world/interest/interest-manager';
import { CharacterTakeover } from '../../apps/server/src/world/played-characters/character-takeover';
import { TravelService } from '../../apps/server/src/world/movement/travel.service';
import { WorldMetrics } from '../../apps/server/src/world/world-metrics';
import { ZoneMembership } from '../../apps/server/src/world/zone-membership';
import { ZonePositions } from '../../apps/server/src/world/positions/zone-positions';
import {
  closeClients,
  connect,
  createCharacter,
  allClients,
  type Guest,
  playAsGuest,
  type TestClient,
  waitUntil,
} from '../support/clients/client';
import { type Fault, FaultInjection, type FaultTiming } from '../support/faults/fault-injection';
import { type Game, startGame } from '../support/servers/game';
import { announcementsOf } from '../support/zones/playing-clients';

const HOME = 'starting_village';
const AWAY = 'harbor';
const ZONES = [HOME, AWAY] as const;
const WHEN: readonly FaultTiming[] = ['before', 'after'];
/** Methods that change nothing; a method that changes something on their behalf is a step of its own. */
const READ_ONLY_METHODS = new Set([
  ...['connectionOf', 'resolveRoom', 'isTracked', 'has', 'count', 'idsOf', 'snapshot', 'get', 'simulationOf'],
  ...['pendingPlace', 'positionsUnsaved', 'writeBatch', 'savePositions', 'scheduleWrite', 'find'],
]);
/** The zone of the character, or `out` of the world. */
type CharacterLocation = (typeof ZONES)[number] | 'out';

let game: Game;
let faults: FaultInjection;
let player: Guest;
let characterId: string;
/** One client in each zone. */
const witnesses: TestClient[] = [];

const service = <T>(type: abstract new (...args: never[]) => T): T => game.server.app.get<T>(type, { strict: false });

beforeAll(async () => {
  game = await startGame({ LIMITS: 'off' });
  const types: (abstract new (...args: never[]) => object)[] = [
    ...[CharactersService, CharacterTakeover, ZoneMembership, ZoneReplication, InterestManager, ZonePositions],
    ...[PositionSync, PositionWriter, DisconnectGracePeriod, WorldMetrics, Presence, RoomService],
  ];
  Logger.overrideLogger(false);
  faults = new FaultInjection(READ_ONLY_METHODS)
    .instrument(...types.map((type) => service(type)))
    .instrumentMethod(Connection.prototype, 'reply', 'Connection')
    .markEntryPoint(service(SelectionService), 'select')
    .markEntryPoint(service(CharacterDeparture), 'leave')
    .markEntryPoint(service(CharacterDeparture), 'onCharacterDeleted')
    .markEntryPoint(service(TravelService), 'enter');
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

/** The state of the character in each part of the server; consistent if all parts agree. */
async function observedState(): Promise<unknown[]> {
  const rooms = service(RoomService);
  const inRooms = [...service(ConnectionRegistry).ofUser(player.id)].flatMap((connection) =>
    [RoomKind.Character, RoomKind.Zone].flatMap((kind) => rooms.idsOf(connection, kind)),
  );
  const played = service(PlayedCharacters).get(characterId);
  const seen = ZONES.filter((zone) => service(InterestManager).get(zone, characterId));
  const stored: string[] = [];
  for (const zone of ZONES) if (await service(ZonePositions).has(zone, characterId)) stored.push(zone);
  const { count } = await rooms.count(roomName(RoomKind.Character, characterId));
  const shown = witnesses.map((witness) => announcementsOf(witness, characterId).at(-1) === 'zone:player_joined');
  return [inRooms.sort(), played?.isPresent && played.zone.id, seen, stored, count, ZONES.filter((_, at) => shown[at])];
}

const expectedState = (zone: CharacterLocation): unknown[] =>
  zone === 'out' ? [[], undefined, [], [], 0, []] : [[characterId, zone].sort(), zone, [zone], [zone], 1, [zone]];

/** Waits until all parts agree on one of these locations. */
async function untilConsistent(step: string, ...allowed: readonly CharacterLocation[]): Promise<CharacterLocation> {
  let last: unknown[] = [];
  let found: CharacterLocation | undefined;
  await waitUntil(async () => {
    last = await observedState();
    found = allowed.find((location) => isDeepStrictEqual(last, expectedState(location)));
    return found !== undefined;
  }, 'all parts agree').catch(() => {
    throw new Error(`${step}: expected ${allowed.join(' or ')}, found ${JSON.stringify(last)}`);
  });
  return found!;
}

interface Scenario {
  readonly title: string;
  /** The preparation, without faults. */
  prepare(): Promise<TestClient>;
  /** The work under test. @returns whether it succeeded. */
  work(client: TestClient): Promise<boolean>;
  /** The possible locations of the character after a success, and after a failure. */
  readonly done: CharacterLocation;
  readonly failed: readonly CharacterLocation[];
}

const connected = () => connect(game.server.url, player.accessToken);
const playing = async (): Promise<TestClient> => {
  const client = await connected();
  expect(await select(client)).toMatchObject({ success: true });
  return client;
};

const SCENARIOS: readonly Scenario[] = [
  {
    title: 'selecting a character that no connection plays',
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
    // A failure before the claim leaves the other connection playing.
    failed: ['out', HOME],
  },
  {
    title: 'selecting the own character again with another encoding',
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
      const leave = jest.spyOn(service(CharacterDeparture), 'leave');
      client.close();
      await waitUntil(() => leave.mock.results.length > 0, 'the character leaves');
      await leave.mock.results[0]?.value;
      leave.mockRestore();
      return true;
    },
    done: 'out',
    failed: ['out'],
  },
];

it.each(SCENARIOS)(
  '$title: a fault at any step leaves nothing behind',
  async ({ prepare, work, done, failed }) => {
    let reached = 0;
    const runWithFault = async (fault: Fault | null): Promise<readonly string[]> => {
      const step = fault ? `${fault.when} ${fault.step}` : 'no fault';
      player = await playAsGuest(game.server.url);
      characterId = (await createCharacter(game.server.url, player)).id;
      try {
        const client = await prepare();
        // A step shared by several characters may run on behalf of another one; then this fault does not fire.
        const outcome = await (fault ? faults.inject(fault, () => work(client)) : faults.record(() => work(client)));
        reached += Number(outcome.fired);
        await untilConsistent(step, ...(outcome.result ? [done] : failed));
        closeOthers();
        await untilConsistent(`${step}, and the connection ends`, 'out');
        return outcome.steps;
      } finally {
        closeOthers();
      }
    };
    const steps = await runWithFault(null);
    expect(steps.length).toBeGreaterThan(3);
    const problems: string[] = [];
    for (const step of new Set(steps))
      for (const when of WHEN)
        await runWithFault({ step, when }).catch((error: unknown) => void problems.push((error as Error).message));
    expect(problems).toEqual([]);
    expect(reached).toBeGreaterThan(6);
  },
  240_000,
);

it('a character whose departure could not be stored is announced when it is selected again', async () => {
  player = await playAsGuest(game.server.url);
  characterId = (await createCharacter(game.server.url, player)).id;
  const first = await playing();
  await untilConsistent('selected', HOME);
  const leave = jest.spyOn(service(ZonePositions), 'leave').mockRejectedValue(new Error('the store is unreachable'));
  const [witness] = witnesses as [TestClient, TestClient];
  first.close();
  await waitUntil(
    () => announcementsOf(witness, characterId).at(-1) === 'zone:player_left',
    'the departure is announced',
  );
  await playing();
  leave.mockRestore();
  await untilConsistent('selected again', HOME);
  expect(announcementsOf(witness, characterId)).toEqual([
    'zone:player_joined',
    'zone:player_left',
    'zone:player_joined',
  ]);
  closeOthers();
  await untilConsistent('the connection ends', 'out');
});

/** Closes all connections but those of the witnesses. */
function closeOthers(): void {
  for (const client of allClients()) if (!witnesses.includes(client)) client.close();
}
