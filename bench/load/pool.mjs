// Much to do, a few at a time.

export async function pooled(count, width, work) {
  let next = 0;
  const take = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: Math.min(width, count) }, take));
}
