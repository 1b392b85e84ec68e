/** Runs once after the last suite, whatever the suites came to. */
import { stopServices } from './services';

export default async function tearDown(): Promise<void> {
  await stopServices();
}
