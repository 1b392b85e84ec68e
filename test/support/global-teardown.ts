/** Runs once after the last suite, also if suites failed. */
import { stopServices } from './services';

export default async function tearDown(): Promise<void> {
  await stopServices();
}
