/** A limit for what may never end: a call to the device, the application or the server. */
import type { ClientClock } from './clock';
import { RequestError } from './request-error';

/** @throws RequestError a retryable `TIMEOUT` if the work takes longer, which then goes on unnoticed. */
export function within<Result>(
  clock: ClientClock,
  ms: number,
  name: string,
  work: () => Result | Promise<Result>,
  onTimeout?: () => void,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => {
      reject(new RequestError('TIMEOUT', `${name} was not answered in time`, { retryable: true }));
      onTimeout?.();
    });
    // Within a promise, so that it may throw.
    Promise.resolve().then(work).then(resolve, reject).finally(cancel);
  });
}
