// What this library has to reach: each a ratio to a peer in the same run, or a figure by itself.

const ours = (scenario, part, figure, atMost, against) => ({ scenario, part, figure, side: 'ours', against, atMost });

export const TARGETS = [
  ours('fan-out', 'saturated', 'usPerDelivery', 0.5, 'bare'),
  ours('fan-out', 'saturated', 'usPerDelivery', 0.75, 'colyseus'),
  ours('fan-out', '20,000/s', 'usPerDelivery', 0.9, 'bare'),
  ours('fan-out', 'half', 'p95', 20),
  { ...ours('two-nodes', 'saturated', 'usPerDelivery', 1, 'pubsub'), side: 'ours + Redis' },
  { ...ours('two-nodes', '20,000/s', 'usPerDelivery', 1, 'pubsub'), side: 'ours + Redis' },
  ours('connect', 'connect', 'msPerConnection', 1.5, 'bare'),
  ours('idle', '5,000', 'kbPerConnection', 1.15, 'bare'),
  ours('idle', '10,000', 'kbPerConnection', 1.15, 'bare'),
  ours('idle', '5,000', 'idleBusy', 1.2, 'bare'),
  ours('idle', '10,000', 'idleBusy', 1.2, 'bare'),
  ours('request', 'request', 'usPerRequest', 1.2, 'bare'),
  ours('soak', 'soak', 'heapGrowth', 1.05),
  ours('soak', 'soak', 'dropped', 0),
];

/** Each target of a scenario that can be judged by these rows, with its `value` and whether it is `met`. */
export function judge(scenario, rows) {
  return TARGETS.filter((target) => target.scenario === scenario).flatMap((target) => {
    const median = (side) =>
      rows.find((row) => row.part === target.part && row.side === side)?.figures[target.figure].median;
    const value = target.against ? median(target.side) / median(target.against) : median(target.side);
    return value === undefined || Number.isNaN(value) ? [] : [{ ...target, value, met: value <= target.atMost }];
  });
}
