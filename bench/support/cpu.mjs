// Measures the CPU time and memory of processes, and the share of the servers' core that other processes took.
import { readdirSync, readFileSync } from 'node:fs';
import { SERVER_CORE } from './paths.mjs';

const TICK_US = 10_000;

/** CPU time of all threads of a process, in microseconds. */
export function processCpuUs(pid) {
  let ns = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      ns += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ')[0]);
    } catch (error) {
      // The thread has ended since the folder was read.
      if (error.code !== 'ENOENT' && error.code !== 'ESRCH') throw error;
    }
  }
  return ns / 1_000;
}

function coreBusyUs(core) {
  const line = readFileSync('/proc/stat', 'latin1').split('\n')[core + 1];
  const [user, nice, system, , , irq, softirq, steal] = line.split(/\s+/).slice(1).map(Number);
  return (user + nice + system + irq + softirq + steal) * TICK_US;
}

/** Resident memory of a process, in KB. */
export const residentKb = (pid) => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))[1]);

/**
 * Starts to count and returns a function that returns the totals: `took`, `servers` and `redis` in microseconds; `busy`,
 * `loadBusy` and `foreign` as shares of a core.
 */
export function meter({ servers, redis }) {
  const read = () => ({
    at: performance.now() * 1_000,
    servers: servers.reduce((sum, pid) => sum + processCpuUs(pid), 0),
    redis: redis ? processCpuUs(redis) : 0,
    load: processCpuUs(process.pid),
    core: coreBusyUs(SERVER_CORE),
  });
  const before = read();
  return () => {
    const after = read();
    const spent = Object.fromEntries(Object.keys(after).map((key) => [key, after[key] - before[key]]));
    return {
      took: spent.at,
      servers: spent.servers,
      redis: spent.redis,
      busy: spent.servers / spent.at,
      loadBusy: spent.load / spent.at,
      foreign: Math.max(0, (spent.core - spent.servers) / spent.at),
    };
  };
}
