/** The event loop lag of this process: an attacker that lags sees late what the node did in time. */
const TICK_MS = 10;
let lag = 0;
let lastTick = performance.now();

setInterval(() => {
  const now = performance.now();
  lag += Math.max(0, now - lastTick - TICK_MS);
  lastTick = now;
}, TICK_MS).unref();

/** The total lag so far in milliseconds, including the current tick. */
export const eventLoopLagMs = (): number => lag + Math.max(0, performance.now() - lastTick - TICK_MS);
