// What this library has to reach: each a ratio in the same run, to a peer or to another load, or a figure by itself.

// Without a part, each that was measured has to.
const ours = (scenario, part, figure, atMost, against) => ({ scenario, part, figure, side: 'ours', against, atMost });

export const TARGETS = [
  ours('fan-out', 'saturated', 'usPerDelivery', 0.5, 'bare'),
  ours('fan-out', 'saturated', 'usPerDelivery', 0.75, 'colyseus'),
  ours('fan-out', '20,000/s', 'usPerDelivery', 0.9, 'bare'),
  ours('fan-out', 'half', 'p95', 20),
  { ...ours('two-nodes', 'saturated', 'usPerDelivery', 1, 'pubsub'), side: 'ours + Redis' },
  { ...ours('two-nodes', '20,000/s', 'usPerDelivery', 1, 'pubsub'), side: 'ours + Redis' },
  { ...ours('connect', 'connect', 'msPerConnection', 1.5, 'bare'), side: 'ours, no sync' },
  ours('idle', undefined, 'kbPerConnection', 1.15, 'bare'),
  ours('idle', undefined, 'idleBusy', 1.2, 'bare'),
  ours('request', 'request', 'usPerRequest', 1.2, 'bare'),
  // At least as many messages a second as the statements alone, and 0.8 times as many in one conversation.
  { ...ours('messages', '1,000 conversations', 'usPerMessage', 1, 'pg'), side: 'product' },
  { ...ours('messages', 'one conversation', 'usPerMessage', 1.25, 'pg'), side: 'product' },
  { ...ours('messages', undefined, 'p95', 50), side: 'product' },
  ours('movers', 'together, JSON', 'usPerStep', 1, 'bare'),
  ours('movers', 'together, binary', 'usPerStep', 1, 'bare'),
  ours('movers', 'spread, JSON', 'usPerStep', 0.8, 'bare'),
  ours('movers', 'spread, binary', 'usPerStep', 0.8, 'bare'),
  ours('movers', 'spread, JSON', 'kbPerSecond', 0.12, 'bare'),
  ours('movers', 'spread, binary', 'kbPerSecond', 0.12, 'bare'),
  { ...ours('movers', 'spread 2000', 'usPerStep', 1.15), beside: 'spread 300' },
  ours('movers', undefined, 'batchMs', 120),
  ours('movers', undefined, 'p95', 150),
  ours('movers', undefined, 'refused', 0),
  ours('churn', 'churn', 'heapGrowth', 1.05),
  ours('churn', 'churn', 'loopP99', 50),
  ours('churn', 'churn', 'notLetIn', 0),
  ours('churn', 'churn', 'refused', 0),
  ours('soak', 'soak', 'heapGrowth', 1.05),
  ours('soak', 'soak', 'dropped', 0),
  ours('soak', 'soak', 'refused', 0),
];

/**
 * Each target of a scenario that can be judged by these rows, once for each part: its `value`, whether it is `met`, and
 * `fit` unless all runs of a side were disturbed.
 */
export function judge(scenario, rows) {
  return TARGETS.filter((target) => target.scenario === scenario).flatMap((target) => {
    const parts = target.part === undefined ? new Set(rows.map(({ part }) => part)) : [target.part];
    return [...parts].flatMap((part) => judgeIn(part, target, rows));
  });
}

function judgeIn(part, target, rows) {
  const wanted = [{ part, side: target.side }];
  if (target.against) wanted.push({ part, side: target.against });
  if (target.beside) wanted.push({ part: target.beside, side: target.side });
  const found = wanted.map((one) => rows.find((row) => row.part === one.part && row.side === one.side));
  if (found.includes(undefined)) return [];
  const [own, other] = found.map(({ figures }) => figures[target.figure].median);
  const value = other === undefined ? own : own / other;
  return [{ ...target, target, part, value, met: value <= target.atMost, fit: found.every(({ fit }) => fit > 0) }];
}
