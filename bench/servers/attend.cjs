// Preloaded into every measured server: collects its garbage on SIGUSR2 and tells what is left, and never outlives who measures it.
const { setTimeout: delay } = require('node:timers/promises');

process.on('SIGUSR2', async () => {
  // Once for the garbage, again for what its finalizers let go of.
  for (let pass = 0; pass < 3; pass++) {
    global.gc();
    await delay(100);
  }
  process.send({ memory: process.memoryUsage() });
});
process.on('disconnect', () => process.exit(1));
