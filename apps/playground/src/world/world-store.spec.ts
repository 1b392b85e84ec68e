/** What the page knows of a zone is of the zone in which the character is. */
import { answerHttp, ScriptedClient } from '../../../../test/support/playground/scripted-client';
import { WorldStore } from './world-store';

let script: ScriptedClient;
let world: WorldStore;
/** What answers the requests for maps, by zone. */
let maps: Map<string, (map: object | undefined) => void>;
let zones = 0;

beforeEach(() => {
  jest.useFakeTimers();
  maps = new Map();
  script = new ScriptedClient();
  answerHttp((path) => new Promise((resolve) => maps.set(path.split('/').at(-1) ?? '', resolve)));
  world = new WorldStore(Object.assign(script, { world: {} }).client);
});
afterEach(() => {
  world.stop();
  jest.useRealTimers();
  jest.restoreAllMocks();
});

/** The page reads the map of a zone once: each test has zones of its own. */
const newZone = (): string => `zone-${(zones += 1)}`;
const settle = (): Promise<void> => jest.advanceTimersByTimeAsync(0);
const answerMap = async (zone: string, map: object | undefined = { id: zone }): Promise<void> => {
  maps.get(zone)?.(map);
  await settle();
};

it('zone: the population is that of the zone that was entered last', async () => {
  const [first, second] = [newZone(), newZone()];
  const counts = new Map<string, (answer: object) => void>();
  script.answers.set(
    'zone:population',
    ({ zone }: { zone: string }) => new Promise((resolve) => counts.set(zone, resolve)),
  );
  script.emit('zone:state', { zone: first });
  await settle();
  script.emit('zone:state', { zone: second });
  await settle();
  counts.get(second)?.({ population: 2 });
  counts.get(first)?.({ population: 11 });
  await settle();
  expect(world.population.value).toBe(2);
  script.emit('zone:state', { zone: newZone() });
  expect(world.population.value).toBeUndefined();
});

it('zone: a map that arrives after the zone was left is not shown', async () => {
  const [first, second] = [newZone(), newZone()];
  script.emit('zone:state', { zone: first });
  script.emit('zone:state', { zone: second });
  await settle();
  await answerMap(second);
  await answerMap(first);
  expect(world.map.value?.id).toBe(second);
});

it('zone: a map that could not be read is read again', async () => {
  const zone = newZone();
  script.emit('zone:state', { zone });
  await settle();
  maps.get(zone)?.(undefined);
  await settle();
  expect(world.map.value).toBeUndefined();
  await jest.advanceTimersByTimeAsync(10_000);
  await answerMap(zone);
  expect(world.map.value?.id).toBe(zone);
});
