// Performance targets: a ratio to a peer or to another load in the same run, or an absolute figure.

// Without a part, the target applies to every part that was measured.
const oursTarget = (scenario, part, figure, atMost, against) => ({
  scenario,
  part,
  figure,
  side: 'ours',
  against,
  atMost,
});

export const TARGETS = [
  oursTarget('fan-out', 'saturated', 'usPerDelivery', 0.5, 'bare'),
  oursTarget('fan-out', 'saturated', 'usPerDelivery', 0.75, 'colyseus'),
  oursTarget('fan-out', '20,000/s', 'usPerDelivery', 0.9, 'bare'),
  oursTarget('fan-out', 'half', 'p95', 20),
  { ...oursTarget('two-nodes', 'saturated', 'usPerDelivery', 1, 'pubsub'), side: 'ours + Redis' },
  { ...oursTarget('two-nodes', '20,000/s', 'usPerDelivery', 1, 'pubsub'), side: 'ours + Redis' },
  { ...oursTarget('connect', 'connect', 'msPerConnection', 1.5, 'bare'), side: 'ours, no sync' },
  oursTarget('idle', undefined, 'kbPerConnection', 1.15, 'bare'),
  oursTarget('idle', undefined, 'idleBusy', 1.2, 'bare'),
  oursTarget('request', 'request', 'usPerRequest', 1.2, 'bare'),
  // At least the throughput of the statements alone, and at least 0.8 times as much in one conversation.
  { ...oursTarget('messages', '1,000 conversations', 'usPerMessage', 1, 'pg'), side: 'product' },
  { ...oursTarget('messages', 'one conversation', 'usPerMessage', 1.25, 'pg'), side: 'product' },
  { ...oursTarget('messages', undefined, 'p95', 50), side: 'product' },
  { ...oursTarget('fights', undefined, 'cpuPerAction', 1.5, 'pg fights'), side: 'product' },
  { ...oursTarget('fights', undefined, 'p95', 50), side: 'product' },
  oursTarget('movers', 'together, JSON', 'usPerStep', 1, 'bare'),
  oursTarget('movers', 'together, binary', 'usPerStep', 1, 'bare'),
  oursTarget('movers', 'spread, JSON', 'usPerStep', 0.8, 'bare'),
  oursTarget('movers', 'spread, binary', 'usPerStep', 0.8, 'bare'),
  oursTarget('movers', 'spread, JSON', 'kbPerSecond', 0.12, 'bare'),
  oursTarget('movers', 'spread, binary', 'kbPerSecond', 0.12, 'bare'),
  { ...oursTarget('movers', 'spread 2000', 'usPerStep', 1.15), beside: 'spread 300' },
  oursTarget('movers', undefined, 'batchMs', 120),
  oursTarget('movers', undefined, 'p95', 150),
  oursTarget('movers', undefined, 'refused', 0),
  oursTarget('churn', 'churn', 'heapGrowth', 1.05),
  oursTarget('churn', 'churn', 'loopP99', 50),
  oursTarget('churn', 'churn', 'notLetIn', 0),
  oursTarget('churn', 'churn', 'refused', 0),
  oursTarget('soak', 'soak', 'heapGrowth', 1.05),
  oursTarget('soak', 'soak', 'dropped', 0),
  oursTarget('soak', 'soak', 'refused', 0),
];

/**
 * Judges each target of a scenario for each part in these rows: its `value`, whether it is `met`, and `fit`, which is
 * false if all runs of a side were disturbed. Leaves out targets whose rows are missing.
 */
export function judgeTargets(scenario, rows) {
  return TARGETS.filter((target) => target.scenario === scenario).flatMap((target) => {
    const parts = target.part === undefined ? new Set(rows.map(({ part }) => part)) : [target.part];
    return [...parts].flatMap((part) => judgePart(part, target, rows));
  });
}

function judgePart(part, target, rows) {
  const wanted = [{ part, side: target.side }];
  if (target.against) wanted.push({ part, side: target.against });
  if (target.beside) wanted.push({ part: target.beside, side: target.side });
  const found = wanted.map(({ part: name, side }) => rows.find((row) => row.part === name && row.side === side));
  if (found.includes(undefined)) return [];
  const [own, other] = found.map(({ figures }) => figures[target.figure].median);
  const value = other === undefined ? own : own / other;
  return [{ ...target, target, part, value, met: value <= target.atMost, fit: found.every(({ fit }) => fit > 0) }];
}
