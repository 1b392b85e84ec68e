/** An exception of a listener is reported like any uncaught one, and does not keep other listeners from being called. */
interface ErrorReporting {
  reportError?(error: unknown): void;
  setTimeout(work: () => void, ms: number): unknown;
}

export function callSafely(listener: () => void): void {
  try {
    listener();
  } catch (error) {
    const environment = globalThis as unknown as ErrorReporting;
    if (environment.reportError) environment.reportError(error);
    else
      environment.setTimeout(() => {
        throw error;
      }, 0);
  }
}
