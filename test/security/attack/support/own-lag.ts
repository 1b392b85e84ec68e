/** How long this process was kept from running: an attacker that is behind sees late what the node did in time. */
const TICK_MS = 10;
let lag = 0;
let lastTick = performance.now();

setInterval(() => {
  const now = performance.now();
  lag += Math.max(0, now - lastTick - TICK_MS);
  lastTick = now;
}, TICK_MS).unref();

/** All of it so far, in milliseconds; what is under way included. */
export const ownLagMs = (): number => lag + Math.max(0, performance.now() - lastTick - TICK_MS);
