// Preloaded into every measured server: collects its garbage on SIGUSR2 and tells what is left, watches its event loop when
// told to, and never outlives who measures it.
const { monitorEventLoopDelay } = require('node:perf_hooks');
const { setTimeout: delay } = require('node:timers/promises');

process.on('SIGUSR2', async () => {
  // Once for the garbage, again for what its finalizers let go of.
  for (let pass = 0; pass < 3; pass++) {
    global.gc();
    await delay(100);
  }
  process.send({ memory: process.memoryUsage() });
});

let loop;
// What is told of a loop that is never late is the resolution, 10 ms.
const ORDERS = {
  watch() {
    loop = monitorEventLoopDelay({ resolution: 10 });
    loop.enable();
  },
  tell() {
    loop.disable();
    process.send({ loop: { p99: loop.percentile(99) / 1e6, max: loop.max / 1e6 } });
  },
};
process.on('message', (order) => ORDERS[order]());
process.on('disconnect', () => process.exit(1));
