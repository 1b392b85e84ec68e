/** Strangers who know the private ids of sessions and present them without pause: their owners come back all the same. */
import { client, until } from '../support/client';
import { metric } from '../support/metrics';
import { type Away, blowToAll, gone, hornsOf, RaidWorld } from '../support/raid-world';

const OWNERS = 50;
const SPAMMERS = 20;
const MISSED = Array.from({ length: 5 }, (_, n) => `missed ${n}`);
const SUPERSEDED = 'aeturnis_recoveries_total{outcome="superseded"}';
/** Of other users, of nobody, and none at all. */
const TOKENS = ['mallory', 'wrong', undefined] as const;

interface Stolen {
  readonly pid: string;
  readonly offset: string;
}

let world: RaidWorld;

beforeAll(async () => {
  world = await RaidWorld.open();
});
afterEach(() => world.clear());
afterAll(() => world.close());

const sessionOf = ({ client: { socket } }: Away): Stolen => {
  const { _pid: pid, _lastOffset: offset } = socket as unknown as { _pid: string; _lastOffset: string };
  return { pid, offset };
};

/** Presents one session after the other, each by a connection of its own, until it is told to stop. */
async function spam(
  urls: readonly string[],
  stolen: readonly Stolen[],
  first: number,
  on: () => boolean,
): Promise<number> {
  let recovered = 0;
  for (let n = first; on(); n++) {
    const token = TOKENS[n % TOKENS.length];
    const auth = {
      ...(token && { token: token === 'mallory' ? `mallory${first}` : token }),
      ...stolen[n % stolen.length],
    };
    const { socket } = client(urls[n % urls.length] ?? '', undefined, { auth });
    await new Promise<void>((resolve) => {
      socket
        .once('connect', resolve)
        .once('connect_error', () => resolve())
        .once('disconnect', () => resolve());
    });
    if (socket.recovered) recovered++;
    socket.disconnect();
  }
  return recovered;
}

describe.each([
  ['on one node', () => world.alone()],
  ['on two nodes over Redis', () => world.withRedis()],
])('%s', (_, startNodes) => {
  it(`recovery: ${OWNERS} owners come back whole while ${SPAMMERS} strangers present their sessions`, async () => {
    const { west, east } = await startNodes();
    const nodes = [west, east];
    const owners = await Promise.all(Array.from({ length: OWNERS }, (_unused, n) => world.enter(nodes[n % 2] ?? west)));
    const stolen = owners.map(sessionOf);
    for (const owner of owners) await owner.gate.shut();
    await Promise.all(owners.map(gone));
    for (const text of MISSED) blowToAll(east, text);
    let on = true;
    const urls = nodes.map(({ url }) => url);
    const spamming = Array.from({ length: SPAMMERS }, (_unused, n) => spam(urls, stolen, n, () => on));
    await Promise.all(owners.map(({ gate }) => gate.open()));
    await until(() => owners.every(({ returns }) => returns.length > 0), 'all owners are back', 60_000).finally(
      () => (on = false),
    );
    expect(await Promise.all(spamming)).toEqual(spamming.map(() => 0));
    for (const { client: owner } of owners) await owner.settled();
    expect(owners.filter(({ returns }) => returns[0] === true && returns.length === 1)).toHaveLength(OWNERS);
    for (const { client: owner } of owners) expect(hornsOf(owner)).toEqual(MISSED);
    // No claim of an owner was cancelled by one of a stranger.
    for (const { url } of new Set(nodes)) expect(await metric(url, SUPERSEDED)).toBe(0);
  }, 120_000);
});
