/** Sessions resume although other clients, which know their private ids, present them constantly. */
import { createTestClient, waitUntil } from '../support/clients/client';
import { readMetric } from '../support/servers/metrics';
import { type RaidClient, broadcastHorn, receivedHorns, useRaidCluster } from '../support/servers/raid-cluster';

const OWNERS = 50;
const SPAMMERS = 20;
const MISSED = Array.from({ length: 5 }, (_, n) => `missed ${n}`);
const SUPERSEDED = 'aeturnis_recoveries_total{outcome="superseded"}';
/** A token of another user, an invalid one, and none. */
const TOKENS = ['mallory', 'wrong', undefined] as const;

interface StolenSession {
  readonly pid: string;
  readonly offset: string;
}

const world = useRaidCluster();

const sessionOf = ({ client: { socket } }: RaidClient): StolenSession => {
  const { _pid: pid, _lastOffset: offset } = socket as unknown as { _pid: string; _lastOffset: string };
  return { pid, offset };
};

/** Presents one session after another, each on a new connection, while `isRunning`. @returns how many it resumed. */
async function spam(
  urls: readonly string[],
  stolen: readonly StolenSession[],
  first: number,
  isRunning: () => boolean,
): Promise<number> {
  let recovered = 0;
  for (let n = first; isRunning(); n++) {
    const token = TOKENS[n % TOKENS.length];
    const auth = {
      ...(token && { token: token === 'mallory' ? `mallory${first}` : token }),
      ...stolen[n % stolen.length],
    };
    const { socket } = createTestClient(urls[n % urls.length] ?? '', undefined, { auth });
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
  ['on one node', () => world.startSingleNode()],
  ['on two nodes over Redis', () => world.startTwoNodes()],
])('%s', (_, startNodes) => {
  it(`recovery: ${OWNERS} owners resume completely while ${SPAMMERS} other clients present their sessions`, async () => {
    const { west, east } = await startNodes();
    const nodes = [west, east];
    const owners = await Promise.all(
      Array.from({ length: OWNERS }, (_unused, n) => world.connectThroughGate(nodes[n % 2] ?? west)),
    );
    const stolen = owners.map(sessionOf);
    for (const owner of owners) await owner.gate.close();
    await Promise.all(owners.map((owner) => owner.waitForDisconnect()));
    for (const text of MISSED) broadcastHorn(east, text);
    let isRunning = true;
    const urls = nodes.map(({ url }) => url);
    const spamming = Array.from({ length: SPAMMERS }, (_unused, n) => spam(urls, stolen, n, () => isRunning));
    await Promise.all(owners.map(({ gate }) => gate.open()));
    await waitUntil(
      () => owners.every(({ reconnects }) => reconnects.length > 0),
      'all owners are reconnected',
      60_000,
    ).finally(() => (isRunning = false));
    expect(await Promise.all(spamming)).toEqual(spamming.map(() => 0));
    for (const { client: owner } of owners) await owner.roundTrip();
    expect(owners.filter(({ reconnects }) => reconnects[0] === true && reconnects.length === 1)).toHaveLength(OWNERS);
    for (const { client: owner } of owners) expect(receivedHorns(owner)).toEqual(MISSED);
    // No resume of an owner was superseded by one of another client.
    for (const { url } of new Set(nodes)) expect(await readMetric(url, SUPERSEDED)).toBe(0);
  }, 120_000);
});
