/** The replication state of a node is bounded, also while it publishes nothing. */
import { RemoteOwners } from './remote-owners';
import { MAX_DEPARTURES, ReplicationDelta } from './replication-delta';

describe('ReplicationDelta', () => {
  it('announces a departure at once, and three times in full messages', () => {
    const delta = new ReplicationDelta();
    delta.recordDeparture('a');
    expect([delta.take(null), delta.take([]), delta.take([]), delta.take([])].map((message) => message?.gone)).toEqual([
      ['a'],
      ['a'],
      ['a'],
      ['a'],
    ]);
    expect(delta.take([])).toBeNull();
  });

  it('keeps only the latest departures while nothing is published', () => {
    const delta = new ReplicationDelta();
    for (let number = 0; number < MAX_DEPARTURES + 10; number++) delta.recordDeparture(`id ${number}`);
    const departed = delta.take([])?.gone ?? [];
    expect(departed).toHaveLength(MAX_DEPARTURES);
    expect(departed.at(-1)).toBe(`id ${MAX_DEPARTURES + 9}`);
  });

  it('moves a repeated departure to the end', () => {
    const delta = new ReplicationDelta();
    for (let number = 0; number < MAX_DEPARTURES; number++) delta.recordDeparture(`id ${number}`);
    delta.recordDeparture('id 0');
    delta.recordDeparture('another');
    expect(delta.take([])?.gone).toEqual(expect.arrayContaining(['id 0', 'another']));
  });
});

describe('RemoteOwners', () => {
  it('removes old departures also while takeExpired is not called', () => {
    const owners = new RemoteOwners();
    for (let number = 0; number < 100; number++) owners.markDeparted(`id ${number}`, number * 1_000);
    expect(owners.departureCount).toBeLessThan(6);
    expect(owners.hasRecentlyDeparted('id 99')).toBe(true);
  });

  it('keeps a repeated departure from its latest time on', () => {
    const owners = new RemoteOwners();
    owners.markDeparted('a', 0);
    owners.markDeparted('b', 2_000);
    owners.markDeparted('a', 2_900);
    owners.markDeparted('c', 5_500);
    expect(['a', 'b', 'c'].map((id) => owners.hasRecentlyDeparted(id))).toEqual([true, false, true]);
  });
});
