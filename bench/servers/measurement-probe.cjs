// Preloaded into every measured server: on SIGUSR2 it collects garbage and reports the memory, on command it measures the
// event loop delay, and it exits when the measuring process does.
const { monitorEventLoopDelay } = require('node:perf_hooks');
const { setTimeout: delay } = require('node:timers/promises');

process.on('SIGUSR2', async () => {
  // The later passes collect objects that finalizers released in the first.
  for (let pass = 0; pass < 3; pass++) {
    global.gc();
    await delay(100);
  }
  process.send({ memory: process.memoryUsage() });
});

let loopDelay;
// The delay of an idle loop is the resolution, 10 ms.
const COMMANDS = {
  watch() {
    loopDelay = monitorEventLoopDelay({ resolution: 10 });
    loopDelay.enable();
  },
  report() {
    loopDelay.disable();
    process.send({ loop: { p99: loopDelay.percentile(99) / 1e6, max: loopDelay.max / 1e6 } });
  },
};
process.on('message', (command) => COMMANDS[command]());
process.on('disconnect', () => process.exit(1));
