// What processes cost, and whether somebody else was using their core meanwhile.
import { readdirSync, readFileSync } from 'node:fs';

const TICK_US = 10_000;

/** CPU time of all threads of a process, in microseconds. */
function cpuOf(pid) {
  let ns = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    ns += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ')[0]);
  }
  return ns / 1_000;
}

function busyOf(core) {
  const line = readFileSync('/proc/stat', 'latin1').split('\n')[core + 1];
  const [user, nice, system, , , irq, softirq, steal] = line.split(/\s+/).slice(1).map(Number);
  return (user + nice + system + irq + softirq + steal) * TICK_US;
}

/** Begins to count; the answered function ends it. All times in microseconds; `foreign` is a share of the core. */
export function meter(servers, redis, core) {
  const read = () => ({
    at: performance.now() * 1_000,
    servers: servers.reduce((sum, pid) => sum + cpuOf(pid), 0),
    redis: cpuOf(redis),
    busy: busyOf(core),
  });
  const before = read();
  return () => {
    const after = read();
    const spent = Object.fromEntries(Object.keys(after).map((key) => [key, after[key] - before[key]]));
    return {
      took: spent.at,
      servers: spent.servers,
      redis: spent.redis,
      foreign: Math.max(0, (spent.busy - spent.servers) / spent.at),
    };
  };
}
