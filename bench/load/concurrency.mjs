// Runs many asynchronous calls with bounded concurrency.

export async function runConcurrently(count, width, work) {
  let next = 0;
  const runWorker = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: Math.min(width, count) }, runWorker));
}
