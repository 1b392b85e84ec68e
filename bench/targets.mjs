// What this library has to reach: each a ratio to a peer in the same run, or a figure by itself.

// Without a part, each that was measured has to.
const ours = (scenario, part, figure, atMost, against) => ({ scenario, part, figure, side: 'ours', against, atMost });

export const TARGETS = [
  ours('fan-out', 'saturated', 'usPerDelivery', 0.5, 'bare'),
  ours('fan-out', 'saturated', 'usPerDelivery', 0.75, 'colyseus'),
  ours('fan-out', '20,000/s', 'usPerDelivery', 0.9, 'bare'),
  ours('fan-out', 'half', 'p95', 20),
  { ...ours('two-nodes', 'saturated', 'usPerDelivery', 1, 'pubsub'), side: 'ours + Redis' },
  { ...ours('two-nodes', '20,000/s', 'usPerDelivery', 1, 'pubsub'), side: 'ours + Redis' },
  ours('connect', 'connect', 'msPerConnection', 1.5, 'bare'),
  ours('idle', undefined, 'kbPerConnection', 1.15, 'bare'),
  ours('idle', undefined, 'idleBusy', 1.2, 'bare'),
  ours('request', 'request', 'usPerRequest', 1.2, 'bare'),
  ours('soak', 'soak', 'heapGrowth', 1.05),
  ours('soak', 'soak', 'dropped', 0),
];

/** Each target of a scenario that can be judged by these rows, once for each part, with its `value` and whether it is `met`. */
export function judge(scenario, rows) {
  return TARGETS.filter((target) => target.scenario === scenario).flatMap((target) => {
    const parts = target.part === undefined ? new Set(rows.map(({ part }) => part)) : [target.part];
    return [...parts].flatMap((part) => {
      const value = valueOf({ ...target, part }, rows);
      return value === undefined ? [] : [{ ...target, target, part, value, met: value <= target.atMost }];
    });
  });
}

/** Of a target that names its part; undefined where one of the sides was not measured. */
export function valueOf({ part, figure, side, against }, rows) {
  const [own, other] = [side, against].map(
    (name) => rows.find((row) => row.part === part && row.side === name)?.figures[figure]?.median,
  );
  if (own === undefined || (against && other === undefined)) return undefined;
  return against ? own / other : own;
}
