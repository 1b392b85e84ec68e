/** Runs once before the first suite that needs PostgreSQL and Redis. */
import { startServices } from './services';

export default async function setUp(): Promise<void> {
  const startedAt = Date.now();
  await startServices();
  process.stdout.write(`PostgreSQL and Redis are up after ${((Date.now() - startedAt) / 1000).toFixed(1)} s.\n`);
}
